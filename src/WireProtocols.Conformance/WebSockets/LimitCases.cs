using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Large messages and many small ones: what nothing demands, and what users expect.</summary>
internal sealed class LimitCases(WebSocketSubject subject)
{
    private const int Megabyte = 1024 * 1024;

    private static readonly ConformanceRule Rule = ConformanceRule.May(
        "RFC 6455 §10.4",
        "Implementations that have implementation- and/or platform-specific limitations regarding the frame size or total "
            + "message size after reassembly from multiple frames MUST protect themselves against exceeding those limits.",
        "Where you have a limit, say 1009.");

    public IEnumerable<ConformanceCase> All =>
    [
        .. new[] { 64, 256, 1024, 4096, 8192, 16384 }.SelectMany((k, i) => new[]
        {
            Case($"text-{k}k", [Text([.. Enumerable.Repeat((byte)'*', k * 1024)])], $"9.1.{i + 1}"),
            Case($"binary-{k}k", [Binary(new byte[k * 1024])], $"9.2.{i + 1}"),
        }),
        .. new[] { 64, 256, 1024, 4096, 16384, 65536, 262144, Megabyte, 4 * Megabyte }.SelectMany((length, i) => new[]
        {
            Case($"text-4m-in-fragments-of-{length}", Cut(1, [.. Enumerable.Repeat((byte)'*', 4 * Megabyte)], length), $"9.3.{i + 1}"),
            Case($"binary-4m-in-fragments-of-{length}", Cut(2, new byte[4 * Megabyte], length), $"9.4.{i + 1}"),
        }),
        .. new[] { 64, 128, 256, 512, 1024, 2048 }.SelectMany((cut, i) => new[]
        {
            Case($"text-1m-in-writes-of-{cut}", [Text([.. Enumerable.Repeat((byte)'*', Megabyte)])], $"9.5.{i + 1}", cut),
            Case($"binary-1m-in-writes-of-{cut}", [Binary(new byte[Megabyte])], $"9.6.{i + 1}", cut),
        }),
        .. new[] { 0, 16, 64, 256, 1024, 4096 }.SelectMany((length, i) => new[]
        {
            Case($"thousand-texts-of-{length}", Many(1, length), $"9.7.{i + 1}"),
            Case($"thousand-binaries-of-{length}", Many(2, length), $"9.8.{i + 1}"),
        }),
    ];

    private static ProbeFrame[] Many(int opcode, int length)
        => [.. Enumerable.Range(0, 1000).Select(i => new ProbeFrame(opcode, [.. Enumerable.Repeat((byte)('a' + (i % 26)), length)]))];

    private ConformanceCase Case(string name, ProbeFrame[] sent, string number, int cut = int.MaxValue)
        => subject.Case($"limits/{name}", Rule, "the echo, or a limit", async context =>
        {
            await using WebSocketPeer peer = await subject.OpenAsync(context, mayLimit: true);
            return await EchoPlay.RunAsync(peer, sent, cut) ?? ConformanceFinding.Pass("the echo");
        }).Heavy().Numbered(number);
}
