using System.Buffers;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows the compressed messages of one direction of a connection, inflated. What is not compressed its frames show.</summary>
internal sealed class WebSocketInflatedView(FormatRun run, WebSocketMessageDecoder decoder) : IDisposable
{
    private readonly WebSocketMessagePrinter _printer = new(run.Json, run.Rows, run.View);
    private readonly PayloadCollector _message = run.CreateCollector();

    /// <summary>Takes the bytes of frames. After a violation, which the frames tell, nothing more is shown.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (decoder.Decode(bytes, out int consumed, out WebSocketMessagePart part) == OperationStatus.Done)
        {
            bytes = bytes[consumed..];
            if (!part.Opcode.IsControl())
            {
                Show(part);
            }
        }
    }

    public void Dispose() => decoder.Dispose();

    private void Show(scoped in WebSocketMessagePart part)
    {
        if (decoder.MessageCompressedLength is not null)
        {
            _message.Append(part.Payload);
        }

        if (!part.IsLast)
        {
            return;
        }

        if (decoder.MessageCompressedLength is not null)
        {
            _printer.Print(decoder, part.Opcode, _message.Kept, _message.Length);
        }

        _message.Clear();
    }
}
