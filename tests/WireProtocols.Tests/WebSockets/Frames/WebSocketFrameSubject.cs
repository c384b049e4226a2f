using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>The frame decoder and reader under the segmentation harness.</summary>
public sealed class WebSocketFrameSubject(WebSocketRole sender, WebSocketFrameOptions? options = null) : IDecoderSubject
{
    public WebSocketRole Sender => sender;

    public WebSocketFrameOptions Options => options ?? WebSocketFrameOptions.Default;

    /// <summary>Understands the options <c>from</c>, <c>rsv</c> (the bits as a number), <c>max</c>, <c>whole</c> and <c>lenient</c>.</summary>
    public static WebSocketFrameSubject For(Vector vector)
    {
        string? Option(string name) => vector.Options.GetValueOrDefault(name);
        WebSocketFrameOptions options = new()
        {
            MaxPayloadLength = long.Parse(Option("max") ?? "67108864", null),
            WholePayloadLength = int.Parse(Option("whole") ?? "4096", null),
            ReservedBits = (WebSocketReservedBits)int.Parse(Option("rsv") ?? "0", null),
            Lenient = Option("lenient") == "true",
        };
        return new(Option("from") == "server" ? WebSocketRole.Server : WebSocketRole.Client, options);
    }

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using WebSocketFrameDecoder decoder = new(sender, options);
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        Transcript transcript = new();
        using WebSocketFrameReader reader = new(pipe, sender, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out WebSocketFramePart part))
                {
                    Add(transcript, part);
                }
            }

            transcript.Row($"end {reader.Position}");
        }
        catch (WebSocketProtocolException exception)
        {
            transcript.Error(exception.Error, exception.Offset);
        }

        return transcript.Rows;
    }

    private static IReadOnlyList<string> Decode(WebSocketFrameDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Transcript transcript = new();
        OperationStatus status = Feed.All<WebSocketFramePart>(pieces, decoder.Decode, part => Add(transcript, part));
        if (status == OperationStatus.NeedMoreData)
        {
            status = decoder.Complete();
        }

        if (status == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            transcript.Error(decoder.Error, decoder.ErrorOffset);
        }
        else
        {
            transcript.Row($"end {decoder.Position}");
        }

        return transcript.Rows;
    }

    private static void Add(Transcript transcript, WebSocketFramePart part)
    {
        if (part.IsFirst)
        {
            WebSocketFrameHeader header = part.Header;
            string fin = header.Fin ? " fin" : "";
            string rsv = header.ReservedBits == 0 ? "" : $" rsv {(int)header.ReservedBits}";
            string masked = header.IsMasked ? $" key {header.MaskingKey:x8}" : "";
            string violation = part.Violation == WebSocketProtocolError.None ? "" : $" violates {part.Violation}";
            transcript.Row(
                $"frame {part.Offset} {header.Opcode}{fin}{rsv}{masked} header {header.HeaderLength} length {header.PayloadLength}{violation}");
        }

        transcript.Payload(part.Payload);
    }

    private static void AssertSticky(WebSocketFrameDecoder decoder)
    {
        (WebSocketProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode([0x81, 0x00], out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
