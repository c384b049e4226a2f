using System.Buffers;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// Shows the frames of both directions as their bytes cross the wire, illegal ones too, and what the server's compressed messages say. The bytes
/// come from whoever sends and whoever receives; nothing is thrown at them.
/// </summary>
internal sealed class WebSocketWireView : IDisposable
{
    private readonly ConnectRun _run;
    private readonly Direction _received;
    private readonly Direction _sent;
    private OutputClosedException? _closed;

    public WebSocketWireView(ConnectRun run, WebSocketDeflateParameters? deflate)
    {
        _run = run;
        _received = new Direction(run, WebSocketRole.Server, deflate);
        _sent = new Direction(run, WebSocketRole.Client, null);
    }

    public void Received(ReadOnlySequence<byte> bytes) => Show(_received, bytes);

    public void Sent(ReadOnlySequence<byte> bytes) => Show(_sent, bytes);

    /// <summary>Writes what there is to stdout.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public void Flush()
    {
        lock (_run.Printing)
        {
            if (_closed is not null)
            {
                throw _closed;
            }

            _run.Output.Flush();
        }
    }

    public void Dispose()
    {
        _received.Dispose();
        _sent.Dispose();
    }

    private void Show(Direction direction, ReadOnlySequence<byte> bytes)
    {
        lock (_run.Printing)
        {
            try
            {
                foreach (ReadOnlyMemory<byte> segment in bytes)
                {
                    direction.Feed(segment.Span);
                }
            }
            catch (OutputClosedException exception)
            {
                _closed = exception;
            }
        }
    }

    private sealed class Direction(ConnectRun run, WebSocketRole sender, WebSocketDeflateParameters? deflate) : IDisposable
    {
        private readonly WebSocketFramePrinter _frames = new(run.Json, run.RowsOf(sender), run.ViewOf(sender));
        private readonly WebSocketMessagePrinter _messages = new(run.Json, run.Rows, run.View);
        private readonly PayloadCollector _payload = new(run.Json ? int.MaxValue : run.View.MaxPayload, long.MaxValue);
        private readonly PayloadCollector _message = new(run.Json ? int.MaxValue : run.View.MaxPayload, long.MaxValue);
        private readonly WebSocketMessageDecoder? _inflater = deflate is null ? null : new(sender, run.CreateMessageLimits(), deflate);
        private readonly WebSocketFrameDecoder _decoder = new(
            sender,
            new WebSocketFrameOptions { Lenient = true, WholePayloadLength = 0, ReservedBits = WebSocketReservedBits.Rsv1 });


        public void Feed(ReadOnlySpan<byte> bytes)
        {
            for (ReadOnlySpan<byte> rest = bytes;
                _decoder.Decode(rest, out int consumed, out WebSocketFramePart part) == OperationStatus.Done;
                rest = rest[consumed..])
            {
                ShowFrame(part);
            }

            while (_inflater?.Decode(bytes, out int consumed, out WebSocketMessagePart part) == OperationStatus.Done)
            {
                ShowMessage(part);
                bytes = bytes[consumed..];
            }
        }

        public void Dispose()
        {
            _decoder.Dispose();
            _inflater?.Dispose();
        }

        private void ShowFrame(scoped in WebSocketFramePart part)
        {
            _payload.Append(part.Payload);
            if (part.IsLast)
            {
                _frames.Print(part.Header, part.Offset, _payload.Kept);
                _payload.Clear();
            }
        }

        private void ShowMessage(scoped in WebSocketMessagePart part)
        {
            if (part.Opcode.IsControl())
            {
                return;
            }

            _message.Append(part.Payload);
            if (part.IsLast)
            {
                if (_inflater!.MessageCompressedLength is not null)
                {
                    _messages.Print(_inflater, part.Opcode, _message.Kept, _message.Length);
                }

                _message.Clear();
            }
        }
    }
}
