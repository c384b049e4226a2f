using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Section 9: large messages, in one frame, in fragments and in small writes; and many small ones.</summary>
public class LimitConformanceTests
{
    private const int Kilobyte = 1024;
    private const int Megabyte = 1024 * 1024;

    private static readonly int[] Lengths = [64 * Kilobyte, 256 * Kilobyte, Megabyte, 4 * Megabyte, 8 * Megabyte, 16 * Megabyte];
    private static readonly int[] FragmentLengths
        = [64, 256, Kilobyte, 4 * Kilobyte, 16 * Kilobyte, 64 * Kilobyte, 256 * Kilobyte, Megabyte, 4 * Megabyte];
    private static readonly int[] Chops = [64, 128, 256, 512, 1024, 2048];
    private static readonly int[] SmallLengths = [0, 16, 64, 256, 1024, 4096];

    /// <summary>The number; how long a message is; how long its fragments and the writes are; how many there are.</summary>
    public static IEnumerable<(string Number, int Length, int Fragment, int Chop, int Count)> Cases =>
    [
        .. new[] { 1, 2 }.SelectMany(s => Lengths.Select((length, i) => ($"9.{s}.{i + 1}", length, int.MaxValue, int.MaxValue, 1))),
        .. new[] { 3, 4 }.SelectMany(s => FragmentLengths.Select((fragment, i) => ($"9.{s}.{i + 1}", 4 * Megabyte, fragment, int.MaxValue, 1))),
        .. new[] { 5, 6 }.SelectMany(s => Chops.Select((chop, i) => ($"9.{s}.{i + 1}", Megabyte, int.MaxValue, chop, 1))),
        .. new[] { 7, 8 }.SelectMany(s => SmallLengths.Select((length, i) => ($"9.{s}.{i + 1}", length, int.MaxValue, int.MaxValue, 1000))),
    ];

    public static TheoryData<string, WebSocketRole> Numbers
        => new(Cases.SelectMany(c => new[] { (c.Number, WebSocketRole.Server), (c.Number, WebSocketRole.Client) }));

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Messages_up_to_the_limits_echo(string number, WebSocketRole role)
    {
        (_, int length, int fragment, int chop, int count) = Cases.Single(c => c.Number == number);
        bool isText = (number[2] - '0') % 2 == 1;
        RawFrame[] messages
            = [.. Enumerable.Range(0, count).Select(i => isText ? RawFrame.Text(Characters(length, i)) : RawFrame.Binary(Noise(length, i)))];
        IEnumerable<RawFrame> sent = messages.SelectMany(m => fragment >= length ? [m] : ConformanceCase.Fragments(m, fragment));
        string[] expected = [.. messages.Select(m => m.ToString()), "Close 1000", "end"];
        Assert.Equal(expected, await EchoRun.PlayAsync(role, [.. sent, RawFrame.Close(1000)], chop));
    }

    /// <summary>Each carries its number, so that none is lost, doubled or passed by another.</summary>
    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task A_million_small_messages_echo_in_order(WebSocketRole role)
        => Assert.Equal(1_000_000, await EchoFlood.RunAsync(role, 1_000_000));

    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task A_message_above_the_limit_is_1009(WebSocketRole role)
    {
        Assert.Equal(["Close 1009", "end"], await EchoRun.PlayAsync(role, [RawFrame.Binary(new byte[(16 * Megabyte) + 1])]));
    }

    /// <summary>What does not compress is longer when it is compressed, and is within the limit all the same.</summary>
    [Fact]
    public async Task A_message_at_the_limit_that_does_not_compress_is_taken_compressed()
    {
        WebSocketConnectionOptions options = new() { Deflate = new() { Threshold = 0 } };
        ConnectionPair pair = ConnectionPair.Create(new(), options, options);
        Task echoing = EchoRun.EchoAsync(pair.Server);
        byte[] payload = Noise(16 * Megabyte, 1);
        Task sending = pair.Client.SendAsync(WebSocketOpcode.Binary, payload).AsTask();
        using (OwnedWebSocketMessage? message = await pair.Client.ReceiveAsync().AsTask().WaitAsync(EchoRun.Patience))
        {
            Assert.True(message!.Payload.Span.SequenceEqual(payload));
        }

        await sending.WaitAsync(EchoRun.Patience);
        await pair.Client.CloseAsync().AsTask().WaitAsync(EchoRun.Patience);
        await echoing.WaitAsync(EchoRun.Patience);
    }

    /// <summary>The limit is on the message: fragments that are each below it do not get by.</summary>
    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task Fragments_that_add_up_above_the_limit_are_1009(WebSocketRole role)
    {
        RawFrame[] fragments = ConformanceCase.Fragments(RawFrame.Binary(new byte[(16 * Megabyte) + 1]), 4 * Megabyte);
        Assert.Equal(["Close 1009", "end"], await EchoRun.PlayAsync(role, fragments));
    }

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

    private static byte[] Noise(int length, int number)
    {
        byte[] noise = new byte[length];
        new Random(number).NextBytes(noise);
        return noise;
    }
}
