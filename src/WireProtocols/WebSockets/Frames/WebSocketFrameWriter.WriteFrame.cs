using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <content>The overloads that write a whole frame.</content>
public sealed partial class WebSocketFrameWriter
{
    /// <summary>Writes a whole frame.</summary>
    /// <param name="opcode">What the payload is. The text of a message has to be UTF-8; this layer does not look.</param>
    /// <param name="payload">The payload; a control frame holds at most 125 bytes.</param>
    /// <param name="fin">Whether the frame ends its message.</param>
    /// <param name="reservedBits">RSV1-3.</param>
    /// <exception cref="ArgumentException">The frame would break a rule of its own: a reserved opcode or bit, a control frame that is fragmented
    /// or too long, a Close payload that is none.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here: a continuation without a message, a new message inside another, data
    /// after Close, or the payload of the last frame is not complete.</exception>
    public void WriteFrame(
        WebSocketOpcode opcode,
        ReadOnlySpan<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        if (!TryWriteShort(opcode, payload, fin, reservedBits))
        {
            WriteGeneral(opcode, payload, fin, reservedBits);
        }
    }

    /// <summary>Writes a whole frame whose payload lies in several segments.</summary>
    /// <inheritdoc cref="WriteFrame(WebSocketOpcode, ReadOnlySpan{byte}, bool, WebSocketReservedBits)"/>
    public void WriteFrame(
        WebSocketOpcode opcode,
        in ReadOnlySequence<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        if (opcode.IsControl() && payload.Length <= WebSocketFrameHeader.MaxControlPayloadLength)
        {
            Span<byte> whole = stackalloc byte[WebSocketFrameHeader.MaxControlPayloadLength];
            payload.CopyTo(whole);
            WriteFrame(opcode, whole[..(int)payload.Length], fin, reservedBits);
            return;
        }

        BeginFrame(opcode, payload.Length, fin, reservedBits);
        foreach (ReadOnlyMemory<byte> segment in payload)
        {
            WritePayload(segment.Span);
        }
    }

    /// <summary>Writes a frame that was prepared for many connections. A client masks it with a key of its own.</summary>
    /// <param name="frame">The frame.</param>
    /// <exception cref="ArgumentException">The frame has a reserved bit that this connection has not negotiated.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here.</exception>
    public void WriteFrame(WebSocketPreparedFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        WebSocketFrameHeader header = frame.Header;
        ReadOnlySpan<byte> bytes = frame.Bytes.Span;
        if (_masks || bytes.Length > MaxPieceLength)
        {
            WriteFrame(header.Opcode, bytes[header.HeaderLength..], header.Fin, header.ReservedBits);
            return;
        }

        Check(header.Opcode, header.PayloadLength, header.Fin, header.ReservedBits, out WebSocketFrameState next);
        bytes.CopyTo(_output.GetSpan(bytes.Length));
        _output.Advance(bytes.Length);
        MoveTo(next);
    }

    /// <summary>
    /// Writes a frame, or a piece of one, as it came from a decoder or reader: with its opcode, FIN and reserved bits, a Close with its payload.
    /// Pieces of a frame are written in their order. A client masks the frame with a key of its own.
    /// </summary>
    /// <param name="part">The frame or piece.</param>
    /// <exception cref="ArgumentException">The frame breaks a rule of its own, or
    /// has a reserved bit that this connection has not negotiated.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here,
    /// or the piece is not the next one of the frame that was begun.</exception>
    public void WriteFrame(scoped in WebSocketFramePart part)
    {
        WebSocketFrameHeader header = part.Header;
        if (part.IsFirst && part.IsLast)
        {
            WriteFrame(header.Opcode, part.Payload, header.Fin, header.ReservedBits);
            return;
        }

        if (part.IsFirst)
        {
            BeginFrame(header.Opcode, header.PayloadLength, header.Fin, header.ReservedBits);
        }
        else if (_payloadRemaining != header.PayloadLength - part.PayloadOffset)
        {
            throw new InvalidOperationException("The piece is not the next one of the frame that was begun.");
        }

        WritePayload(part.Payload);
    }

    /// <summary>
    /// Writes a whole frame and flushes the pipe. When the flush is cancelled nothing is lost, and the writer goes on. With
    /// <see cref="HandsPayloadOn"/> it is otherwise, and the payload must not change until the call has completed.
    /// </summary>
    /// <inheritdoc cref="WriteFrame(WebSocketOpcode, ReadOnlySpan{byte}, bool, WebSocketReservedBits)"/>
    public ValueTask<FlushResult> WriteFrameAsync(
        WebSocketOpcode opcode,
        ReadOnlyMemory<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None,
        CancellationToken cancellationToken = default)
    {
        PipeWriter pipe = Pipe;
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        if (_masks || payload.Length <= MaxPieceLength || !HandsPayloadOn)
        {
            WriteFrame(opcode, payload.Span, fin, reservedBits);
            return pipe.FlushAsync(cancellationToken);
        }

        BeginFrame(opcode, payload.Length, fin, reservedBits);
        _isHandingOn = true;
        ValueTask<FlushResult> pending = pipe.WriteAsync(payload, cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<FlushResult>(EndHandingOn(pending.Result)) : AwaitHandingOnAsync(pending);
    }

    /// <summary>The way of almost every frame: two bytes of header, a legal place, no Close. Whatever is not so is left to the general way.</summary>
    private bool TryWriteShort(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool fin, WebSocketReservedBits reservedBits)
    {
        int first = (fin ? WebSocketFrameHeader.FinBit : 0) | ((int)reservedBits << 4) | (int)opcode;
        bool fits = (((int)opcode & ~0xF) | ((int)reservedBits & ~0x7)) == 0 && payload.Length <= WebSocketFrameHeader.MaxControlPayloadLength;
        if (!fits || opcode == WebSocketOpcode.Close || _payloadRemaining != 0)
        {
            return false;
        }

        byte next = _nextState[first];
        if (next == WebSocketFrameRules.Illegal)
        {
            return false;
        }

        if (_masks)
        {
            uint key = NextKey();
            Span<byte> destination = _output.GetSpan(6 + payload.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)(first | ((WebSocketFrameHeader.MaskBit | payload.Length) << 8)));
            BinaryPrimitives.WriteUInt32BigEndian(destination[2..], key);
            WebSocketMask.Apply(payload, destination[6..], key);
            _output.Advance(6 + payload.Length);
        }
        else
        {
            Span<byte> destination = _output.GetSpan(2 + payload.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)(first | (payload.Length << 8)));
            payload.CopyTo(destination[2..]);
            _output.Advance(2 + payload.Length);
        }

        if (next != (byte)_state)
        {
            MoveTo((WebSocketFrameState)next);
        }

        return true;
    }

    /// <summary>The way of every other frame.</summary>
    private void WriteGeneral(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool fin, WebSocketReservedBits reservedBits)
    {
        WebSocketFrameHeader header = Check(opcode, payload.Length, fin, reservedBits, out WebSocketFrameState next);
        ThrowIfBroken(WebSocketFrameRules.FindPayloadError(opcode, payload));
        if (_masks)
        {
            header = header.WithKey(NextKey());
        }

        int headerLength = header.HeaderLength;
        int whole = headerLength + payload.Length;
        if (whole > MaxPieceLength)
        {
            WriteHeader(header, next);
            WritePayload(payload);
            return;
        }

        Span<byte> destination = _output.GetSpan(whole);
        header.Encode(destination, out _);
        CopyPayload(payload, destination[headerLength..], header.MaskingKey, 0);
        _output.Advance(whole);
        MoveTo(next);
    }

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
}
