using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

// Frames that take more than one write: payload in pieces, and long payload that is handed on.
public sealed partial class WebSocketFrameWriter
{
    /// <summary>The platform's pipe over a stream hands memory on to it. Others copy what they are given; with those there is nothing to gain,
    /// and a frame that was copied is not torn when the wait for its flush is cancelled.</summary>
    private static readonly Type StreamPipe = PipeWriter.Create(Stream.Null).GetType();

    private readonly bool _handsOn;

    /// <summary>Writes the header of a frame whose payload follows with <see cref="WritePayload"/>.</summary>
    /// <param name="opcode">What the payload is.</param>
    /// <param name="payloadLength">Bytes of payload to come; none of a Close frame, which is written whole.</param>
    /// <param name="fin">Whether the frame ends its message.</param>
    /// <param name="reservedBits">RSV1-3.</param>
    /// <remarks>Once the first bytes of a masked frame are out, its key is known to whoever sees them: the rest of the payload must not come
    /// from somebody who does (§10.3).</remarks>
    /// <exception cref="ArgumentException">The frame would break a rule of its own.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here.</exception>
    public void BeginFrame(
        WebSocketOpcode opcode,
        long payloadLength,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        WebSocketFrameHeader header = Check(opcode, payloadLength, fin, reservedBits, out WebSocketFrameState next);
        if (opcode == WebSocketOpcode.Close && payloadLength > 0)
        {
            throw new ArgumentException("A Close frame with a payload is written whole.", nameof(opcode));
        }

        WriteHeader(_masks ? header.WithKey(NextKey()) : header, next);
    }

    /// <summary>Writes the next piece of the payload that <see cref="BeginFrame"/> announced.</summary>
    /// <param name="piece">Bytes of payload, not masked.</param>
    /// <exception cref="InvalidOperationException">The piece is longer than what remains of the payload.</exception>
    public void WritePayload(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _payloadRemaining || (_isHandingOn && !piece.IsEmpty))
        {
            throw new InvalidOperationException("The piece is longer than what remains of the payload that was announced.");
        }

        while (!piece.IsEmpty)
        {
            Span<byte> destination = _output.GetSpan(Math.Min(piece.Length, MaxPieceLength));
            int length = Math.Min(piece.Length, destination.Length);
            CopyPayload(piece[..length], destination, _maskingKey, _payloadOffset);
            _output.Advance(length);
            _payloadOffset += length;
            _payloadRemaining -= length;
            piece = piece[length..];
        }
    }

    /// <summary>
    /// Writes a whole frame and flushes the pipe. A long payload that is not masked is not copied where the pipe is the platform's over a
    /// stream; it must not change until the call has completed. When such a call is cancelled or fails, the frame is torn, and the writer
    /// refuses every other; else a cancelled flush has lost nothing, and the writer goes on.
    /// </summary>
    /// <inheritdoc cref="WriteFrame(WebSocketOpcode, ReadOnlySpan{byte}, bool, WebSocketReservedBits)"/>
    public ValueTask<FlushResult> WriteFrameAsync(
        WebSocketOpcode opcode,
        ReadOnlyMemory<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None,
        CancellationToken cancellationToken = default)
    {
        PipeWriter pipe = RequirePipe();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        if (_masks || payload.Length <= MaxPieceLength || !_handsOn)
        {
            WriteFrame(opcode, payload.Span, fin, reservedBits);
            return pipe.FlushAsync(cancellationToken);
        }

        BeginFrame(opcode, payload.Length, fin, reservedBits);
        _isHandingOn = true;
        ValueTask<FlushResult> pending = pipe.WriteAsync(payload, cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<FlushResult>(EndHandingOn(pending.Result)) : AwaitHandingOnAsync(pending);
    }

    /// <summary>Flushes the pipe.</summary>
    /// <exception cref="InvalidOperationException">The writer was made for a buffer writer that is not a <see cref="PipeWriter"/>.</exception>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => RequirePipe().FlushAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> AwaitHandingOnAsync(ValueTask<FlushResult> pending) => EndHandingOn(await pending.ConfigureAwait(false));

    private FlushResult EndHandingOn(FlushResult result)
    {
        // Cancelled, some of the payload may be in the stream and some not: what remains stays more than nothing.
        if (!result.IsCanceled)
        {
            _payloadRemaining = 0;
            _isHandingOn = false;
        }

        return result;
    }

    private void WriteHeader(WebSocketFrameHeader header, WebSocketFrameState next)
    {
        header.Encode(_output.GetSpan(WebSocketFrameHeader.MaxLength), out int headerLength);
        _output.Advance(headerLength);
        MoveTo(next);
        _maskingKey = header.MaskingKey;
        _payloadOffset = 0;
        _payloadRemaining = header.PayloadLength;
    }

    private PipeWriter RequirePipe() => _output as PipeWriter ?? throw new InvalidOperationException("Only a PipeWriter can be flushed.");
}
