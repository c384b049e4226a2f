using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>The window that was agreed on is the window that is enforced (RFC 7692 §7.1.2), at every split and after any history.</summary>
public class WebSocketWindowTests
{
    public static TheoryData<int> WindowBits => [.. Enumerable.Range(8, 8)];

    [Fact]
    public async Task A_distance_beyond_the_window_is_refused_however_the_message_is_split()
    {
        byte[] message = Message(new DeflateBlocks().Stored(Data(2000)).Match(2000).ToPayload());
        Assert.Equal(["error InvalidCompression 0"], await Segmentation.CheckAsync(message, Subject(9, noContext: false)));
        Assert.Equal(["error InvalidCompression 0"], await Segmentation.CheckAsync(message, Subject(9, noContext: true)));
    }

    /// <summary>The last distance within each window, and the first one beyond it: in one message and back into the message before.</summary>
    [Theory]
    [MemberData(nameof(WindowBits))]
    public void Each_window_ends_where_it_was_agreed_to_end(int windowBits)
    {
        int window = 1 << windowBits;
        byte[] data = Data(Math.Min(window + 100, 65_535));
        foreach (bool usesZlib in new[] { true, false })
        {
            foreach (int distance in new[] { window, window + 1 }.Where(d => d <= 32_768))
            {
                byte[] one = Message(new DeflateBlocks().Stored(data).Match(distance).ToPayload());
                byte[] two = [.. Message(new DeflateBlocks().Stored(data).ToPayload()), .. Message(new DeflateBlocks().Match(distance).ToPayload())];
                string match = Convert.ToHexStringLower(data.AsSpan(data.Length - distance, 3));
                WebSocketMessageSubject subject = Subject(windowBits, noContext: false, usesZlib);
                bool reaches = distance <= window;
                string whole = $"Binary {Convert.ToHexStringLower(data)}";
                Assert.Equal(reaches ? [whole + match, $"end {one.Length}"] : ["error InvalidCompression 0"], subject.Decode([one]));
                Assert.Equal(
                    reaches ? [whole, $"Binary {match}", $"end {two.Length}"] : [whole, $"error InvalidCompression {two.Length - 7}"],
                    subject.Decode([two])
                    .Select(r => r.StartsWith("error", StringComparison.Ordinal) ? $"error InvalidCompression {two.Length - 7}" : r));
            }
        }
    }

    [Theory]
    [MemberData(nameof(WindowBits))]
    public void Nothing_before_the_first_byte_of_a_stream_is_within_a_window(int windowBits)
    {
        foreach (bool usesZlib in new[] { true, false })
        {
            byte[] early = Message(new DeflateBlocks().Stored(Data(10)).Match(11).ToPayload());
            Assert.Equal(["error InvalidCompression 0"], Segmentation.Check(early, Subject(windowBits, noContext: false, usesZlib)));

            // A block with BFINAL ends the stream: what follows in the message begins with an empty window.
            byte[] behindFinal = Message(new DeflateBlocks().Stored(Data(10), isFinal: true).Match(1).ToPayload());
            Assert.Equal(["error InvalidCompression 0"], Segmentation.Check(behindFinal, Subject(windowBits, noContext: false, usesZlib)));
        }
    }

    private static WebSocketMessageSubject Subject(int windowBits, bool noContext, bool usesZlib = true)
        => new(WebSocketRole.Server, new(), new WebSocketDeflateParameters(noContext, noContext, windowBits, windowBits), usesZlib);

    private static byte[] Message(byte[] payload) => RawFrame.Binary(payload, rsv: 4).ToBytes(masked: false);

    private static byte[] Data(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }
}
