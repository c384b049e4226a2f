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
            Case($"text-{k}k", () => [Text([.. Enumerable.Repeat((byte)'*', k * 1024)])], $"9.1.{i + 1}"),
            Case($"binary-{k}k", () => [Binary(new byte[k * 1024])], $"9.2.{i + 1}"),
        }),
        .. new[] { 64, 256, 1024, 4096, 16384, 65536, 262144, Megabyte, 4 * Megabyte }.SelectMany((length, i) => new[]
        {
            Case($"text-4m-in-fragments-of-{length}", () => Cut(1, [.. Enumerable.Repeat((byte)'*', 4 * Megabyte)], length), $"9.3.{i + 1}"),
            Case($"binary-4m-in-fragments-of-{length}", () => Cut(2, new byte[4 * Megabyte], length), $"9.4.{i + 1}"),
        }),
        .. new[] { 64, 128, 256, 512, 1024, 2048 }.SelectMany((cut, i) => new[]
        {
            Case($"text-1m-in-writes-of-{cut}", () => [Text([.. Enumerable.Repeat((byte)'*', Megabyte)])], $"9.5.{i + 1}", cut),
            Case($"binary-1m-in-writes-of-{cut}", () => [Binary(new byte[Megabyte])], $"9.6.{i + 1}", cut),
        }),
        .. new[] { 0, 16, 64, 256, 1024, 4096 }.SelectMany((length, i) => new[]
        {
            Case($"thousand-texts-of-{length}", () => Many(1, length), $"9.7.{i + 1}"),
            Case($"thousand-binaries-of-{length}", () => Many(2, length), $"9.8.{i + 1}"),
        }),
        Case("characters-16m", () => [Text(Characters(16 * Megabyte, 0))], ""),
        Case("noise-16m", () => [Binary(DeflateCases.Noise(16 * Megabyte))], ""),
        Case("characters-4m-in-fragments-of-64", () => Cut(1, Characters(4 * Megabyte, 1), 64), ""),
        Case("characters-4m-in-fragments-of-4096", () => Cut(1, Characters(4 * Megabyte, 2), 4096), ""),
        Case("noise-4m-in-fragments-of-4096", () => Cut(2, DeflateCases.Noise(4 * Megabyte), 4096), ""),
        Case("characters-1m-in-writes-of-1024", () => [Text(Characters(Megabyte, 3))], "", 1024),
        Case("noise-1m-in-writes-of-1024", () => [Binary(DeflateCases.Noise(Megabyte))], "", 1024),
        Case("thousand-characters-of-4096", () => [.. Enumerable.Range(0, 1000).Select(i => Text(Characters(4096, i)))], ""),
        Case("thousand-noises-of-4096", () => [.. DeflateCases.Noise(1000 * 4096).Chunk(4096).Select(piece => Binary(piece))], ""),
    ];

    /// <summary>Characters of one, two, three and four bytes, so that fragments and writes cut them; the rest is filled up.</summary>
    private static byte[] Characters(int length, int number)
    {
        byte[] text = new byte[length];
        ReadOnlySpan<byte> pattern = "aß€𐍈"u8;
        int at = 0;
        for (; at + pattern.Length <= length; at += pattern.Length)
        {
            pattern.CopyTo(text.AsSpan(at));
        }

        text.AsSpan(at).Fill((byte)('a' + (number % 26)));
        return text;
    }

    private static ProbeFrame[] Many(int opcode, int length)
        => [.. Enumerable.Range(0, 1000).Select(i => new ProbeFrame(opcode, [.. Enumerable.Repeat((byte)('a' + (i % 26)), length)]))];

    /// <param name="name">What the id ends with.</param>
    /// <param name="sent">The frames, which are made when the case is played.</param>
    /// <param name="number">Of the old suite.</param>
    /// <param name="cut">How long writes are.</param>
    private ConformanceCase Case(string name, Func<ProbeFrame[]> sent, string number, int cut = int.MaxValue)
        => subject.Case($"limits/{name}", Rule, "the echo, or a limit", async context =>
        {
            await using WebSocketPeer peer = await subject.OpenAsync(context, mayLimit: true);
            return await EchoPlay.RunAsync(peer, sent(), cut) ?? ConformanceFinding.Pass("the echo");
        }).Heavy().Numbered(number);
}
