using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace WireProtocols.WebSockets;

/// <summary>
/// A platform's WebSocket as the stream of the frames that its messages are, so that a <see cref="WebSocketConnection"/> can stand on it. Reads make
/// a frame of each piece that the WebSocket hands out, and a Close of its end; what is written is taken apart into messages again. Ping and Pong
/// are the WebSocket's own affair: those that are written are dropped, and none is read.
/// </summary>
/// <remarks>
/// For whoever changes this: a platform's WebSocket is aborted where a receive of it is cancelled, and an endpoint that waits must be free to stop
/// waiting. So a receive goes into memory of this stream, is never cancelled, and is still there for the next read.
/// </remarks>
/// <param name="socket">The WebSocket; disposing the stream disposes it.</param>
/// <param name="role">Which end this is.</param>
internal sealed class WebSocketFramedStream(WebSocket socket, WebSocketRole role) : Stream
{
    private const int PieceLength = 4096;

    private readonly byte[] _piece = new byte[PieceLength];
    private readonly ArrayBufferWriter<byte> _frames = new(PieceLength + WebSocketFrameHeader.MaxLength);
    private readonly WebSocketFrameDecoder _decoder = new(role, new() { MaxPayloadLength = long.MaxValue, WholePayloadLength = 0 });
    private WebSocketFrameWriter? _writer;
    private Task<ValueWebSocketReceiveResult>? _receiving;
    private int _read;
    private bool _isInMessage;
    private bool _hasEnded;
    private WebSocketMessageType _sentType;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_read == _frames.WrittenCount && !_hasEnded)
        {
            _receiving ??= socket.ReceiveAsync(_piece.AsMemory(), CancellationToken.None).AsTask();
            ValueWebSocketReceiveResult result = await _receiving.WaitAsync(cancellationToken).ConfigureAwait(false);
            _receiving = null;
            _frames.ResetWrittenCount();
            _read = 0;
            Frame(result);
        }

        int count = Math.Min(buffer.Length, _frames.WrittenCount - _read);
        _frames.WrittenSpan.Slice(_read, count).CopyTo(buffer.Span);
        _read += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        byte[] payload = ArrayPool<byte>.Shared.Rent(Math.Max(1, buffer.Length));
        try
        {
            while (TryTake(ref buffer, payload, out WebSocketOpcode opcode, out int length, out bool isLast))
            {
                await SendAsync(opcode, payload.AsMemory(0, length), isLast, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(payload);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Aborted first, a receive that is under way comes back; there is nobody to be told how.
            _ = _receiving?.ContinueWith(r => r.Exception, TaskScheduler.Default);
            socket.Abort();
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Makes frames of what has been received, as the peer would have sent them.</summary>
    private void Frame(ValueWebSocketReceiveResult received)
    {
        // The key of a client's frames: nobody sees the bytes, and nothing is changed by this one.
        _writer ??= new WebSocketFrameWriter(
            _frames, role == WebSocketRole.Client ? WebSocketRole.Server : WebSocketRole.Client, nextMaskingKey: () => 0);
        if (received.MessageType == WebSocketMessageType.Close)
        {
            _hasEnded = true;
            WebSocketCloseCode code = (WebSocketCloseCode)(socket.CloseStatus ?? WebSocketCloseStatus.Empty);
            bool hasCode = code.IsValidOnWire();
            _writer.WriteClose(hasCode ? code : WebSocketCloseCode.NoStatusReceived, hasCode ? socket.CloseStatusDescription : "");
            return;
        }

        // A receive may come back with nothing in the middle of a message, which says nothing.
        if (received.Count > 0 || received.EndOfMessage)
        {
            WebSocketOpcode opcode = _isInMessage ? WebSocketOpcode.Continuation
                : received.MessageType == WebSocketMessageType.Text ? WebSocketOpcode.Text
                : WebSocketOpcode.Binary;
            _writer.WriteFrame(opcode, _piece.AsSpan(0, received.Count), received.EndOfMessage);
            _isInMessage = !received.EndOfMessage;
        }
    }

    /// <summary>Takes the next frame, or piece of one, out of what is written.</summary>
    private bool TryTake(ref ReadOnlyMemory<byte> buffer, byte[] payload, out WebSocketOpcode opcode, out int length, out bool isLast)
    {
        OperationStatus status = _decoder.Decode(buffer.Span, out int consumed, out WebSocketFramePart part);
        buffer = buffer[consumed..];
        (opcode, length, isLast) = (part.Header.Opcode, part.Payload.Length, part.IsLast && part.Header.Fin);
        part.Payload.CopyTo(payload);
        return status == OperationStatus.Done ? true
            : status == OperationStatus.NeedMoreData ? false
            : throw new WebSocketProtocolException(_decoder.Error, _decoder.ErrorOffset);
    }

    private async Task SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, bool isLast, CancellationToken cancellationToken)
    {
        switch (opcode)
        {
            case WebSocketOpcode.Close:
                WebSocketClosePayload.Decode(payload.Span, out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _);
                string description = Encoding.UTF8.GetString(reason);

                // The platform's would put 1005 on the wire, where it must not stand.
                code = code == WebSocketCloseCode.NoStatusReceived ? WebSocketCloseCode.NormalClosure : code;
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, description, cancellationToken).ConfigureAwait(false);
                break;
            case WebSocketOpcode.Ping or WebSocketOpcode.Pong:
                break;
            default:
                _sentType = opcode switch
                {
                    WebSocketOpcode.Text => WebSocketMessageType.Text,
                    WebSocketOpcode.Binary => WebSocketMessageType.Binary,
                    _ => _sentType,
                };
                await socket.SendAsync(payload, _sentType, isLast, cancellationToken).ConfigureAwait(false);
                break;
        }
    }
}
