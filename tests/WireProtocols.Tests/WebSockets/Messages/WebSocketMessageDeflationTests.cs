using System.Buffers;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>What does not shrink is sent as it is, and what follows is understood all the same.</summary>
public class WebSocketMessageDeflationTests
{
    private static readonly byte[] Noise = Random(2000);
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"line {i % 20}\n")));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_that_do_not_shrink_are_sent_as_they_are(bool noContext)
    {
        byte[][] messages = [Text, Noise, Text, Text, Noise, Noise, Noise, Noise, Text, Text, Text, Text, Text, Text, Text, Text];
        List<bool> compressed = Send(messages, noContext);

        // The first noise is tried and costs the text behind it its try; what shrinks is compressed again after as many messages as were skipped.
        Assert.Equal([true, false, false, true, false, false, false, false, false], compressed.Take(9));
        Assert.True(compressed[^1]);
    }

    [Fact]
    public void Noise_is_tried_less_and_less()
    {
        List<bool> compressed = Send([.. Enumerable.Repeat(Noise, 200), .. Enumerable.Repeat(Text, 64)], noContext: false);
        Assert.All(compressed.Take(200), Assert.False);
        Assert.True(compressed[^1]);
    }

    [Fact]
    public void A_prepared_message_that_does_not_shrink_has_no_compressed_form()
    {
        Assert.Null(new WebSocketPreparedMessage(WebSocketOpcode.Binary, Noise).Deflated);
        Assert.NotNull(new WebSocketPreparedMessage(WebSocketOpcode.Binary, Text).Deflated);
    }

    /// <returns>For each message whether it was compressed. All arrive as they were sent.</returns>
    private static List<bool> Send(byte[][] messages, bool noContext)
    {
        WebSocketDeflateParameters deflate = new(noContext, noContext);
        using WebSocketMessageDeflation deflation = WebSocketMessageDeflation.Create(deflate, WebSocketRole.Server, null)!;
        ArrayBufferWriter<byte> output = new();
        WebSocketFrameWriter writer = new(output, WebSocketRole.Server, WebSocketReservedBits.Rsv1);
        List<bool> compressed = [];
        foreach (byte[] message in messages)
        {
            bool isCompressed = deflation.TryWrite(writer, WebSocketOpcode.Binary, message, isFirst: true, isLast: true);
            compressed.Add(isCompressed);
            if (!isCompressed)
            {
                writer.WriteFrame(WebSocketOpcode.Binary, message);
            }
        }

        WebSocketMessageSubject subject = new(WebSocketRole.Server, new(), deflate);
        Assert.Equal(
            [.. messages.Select(m => $"Binary {Convert.ToHexStringLower(m)}"), $"end {output.WrittenCount}"], subject.Decode([output.WrittenMemory]));
        return compressed;
    }

    private static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
