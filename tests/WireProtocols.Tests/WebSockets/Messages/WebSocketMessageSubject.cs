using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>
/// The message decoder, and the receiving half of a connection, under the segmentation harness. A row is a message or control frame.
/// </summary>
/// <param name="sender">Who sends.</param>
/// <param name="options">The limits.</param>
/// <param name="deflate">What was agreed on.</param>
/// <param name="usesZlib">False to do without the platform's zlib, in the decoder.</param>
public sealed class WebSocketMessageSubject(
    WebSocketRole sender, WebSocketMessageOptions options, WebSocketDeflateParameters? deflate, bool usesZlib = true) : IDecoderSubject
{
    /// <summary>
    /// Understands the options <c>from</c>, <c>deflate</c> (<c>takeover</c> or <c>no</c>), <c>window</c>, <c>max</c>, <c>fragments</c> and
    /// <c>empty</c>.
    /// </summary>
    public static WebSocketMessageSubject For(Vector vector, bool usesZlib = true)
    {
        string? Option(string name) => vector.Options.GetValueOrDefault(name);
        WebSocketMessageOptions options = new()
        {
            MaxMessageLength = long.Parse(Option("max") ?? "1048576", null),
            MaxFragments = int.Parse(Option("fragments") ?? "1000", null),
            MaxEmptyFragments = int.Parse(Option("empty") ?? "64", null),
        };
        bool noContext = Option("deflate") == "no";
        int windowBits = int.Parse(Option("window") ?? "15", null);
        return new(
            Option("from") == "client" ? WebSocketRole.Client : WebSocketRole.Server,
            options,
            Option("deflate") is null ? null : new WebSocketDeflateParameters(noContext, noContext, windowBits, windowBits),
            usesZlib);
    }

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using WebSocketMessageDecoder decoder = new(sender, options, deflate, new WebSocketDeflatePool(usesZlib));
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        Rows rows = new();
        WebSocketRole role = sender == WebSocketRole.Client ? WebSocketRole.Server : WebSocketRole.Client;
        await using WebSocketConnection connection = new(new Input(pipe), role, new() { Messages = options, ShowControlFrames = true }, deflate);
        try
        {
            while (await connection.WaitToReadAsync())
            {
                while (connection.TryRead(out WebSocketMessagePart part))
                {
                    rows.Add(part);
                }
            }

            rows.Transcript.Row($"end {connection.BytesReceived}");
        }
        catch (WebSocketProtocolException exception)
        {
            rows.Transcript.Error(exception.Error, exception.Offset);
        }
        catch (WebSocketClosedException exception) when (exception.Code == WebSocketCloseCode.AbnormalClosure)
        {
            // The decoder's end inside a message is a connection's loss.
            rows.Transcript.Error(WebSocketProtocolError.UnexpectedEnd, connection.BytesReceived);
        }

        return rows.Transcript.Rows;
    }

    private static IReadOnlyList<string> Decode(WebSocketMessageDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Rows rows = new();
        OperationStatus status = Feed.All<WebSocketMessagePart>(pieces, decoder.Decode, part => rows.Add(part));
        if (status == OperationStatus.NeedMoreData)
        {
            status = decoder.Complete();
        }

        if (status == OperationStatus.InvalidData)
        {
            (WebSocketProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
            Assert.Equal(OperationStatus.InvalidData, decoder.Decode([0x81, 0x00], out int consumed, out _));
            Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
            Assert.Equal((0, error, offset), (consumed, decoder.Error, decoder.ErrorOffset));
            rows.Transcript.Error(error, offset);
        }
        else
        {
            rows.Transcript.Row($"end {decoder.Position}");
        }

        return rows.Transcript.Rows;
    }

    /// <summary>A message that a violation cuts off has no row: how much of it was handed out before is up to the split.</summary>
    private sealed class Rows
    {
        private readonly List<byte> _message = [];
        private bool _isInside;

        public Transcript Transcript { get; } = new();

        public void Add(scoped WebSocketMessagePart part)
        {
            if (part.Opcode >= WebSocketOpcode.Close)
            {
                Transcript.Row($"{part.Opcode} {Convert.ToHexStringLower(part.Payload)}".TrimEnd());
                return;
            }

            Assert.Equal(!_isInside, part.IsFirst);
            _isInside = !part.IsLast;
            _message.AddRange(part.Payload);
            if (part.IsLast)
            {
                Transcript.Row($"{part.Opcode} {Convert.ToHexStringLower([.. _message])}".TrimEnd());
                _message.Clear();
            }
        }
    }

    private sealed class Input(PipeReader input) : IDuplexPipe
    {
        PipeReader IDuplexPipe.Input => input;

        PipeWriter IDuplexPipe.Output { get; } = PipeWriter.Create(Stream.Null);
    }
}
