using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <summary>
/// Writes frames (RFC 6455 §5) to a pipe or any buffer writer, masked where the sender is a client. Frames coalesce in the buffer until
/// <see cref="FlushAsync"/>. What cannot be a legal frame throws before a byte is written. One writer at a time.
/// </summary>
public sealed class WebSocketFrameWriter
{
    /// <summary>The most that is asked of the buffer writer at once.</summary>
    private const int MaxPieceLength = 16 * 1024;

    private readonly IBufferWriter<byte> _output;
    private readonly bool _masks;
    private readonly WebSocketReservedBits _reservedBits;
    private readonly Func<uint> _nextMaskingKey;

    private WebSocketFrameState _state;
    private uint _maskingKey;
    private long _payloadOffset;
    private long _payloadRemaining;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go; with a <see cref="PipeWriter"/>, <see cref="FlushAsync"/> flushes it.</param>
    /// <param name="sender">Who sends the frames: a client masks each with a fresh key, a server masks none.</param>
    /// <param name="reservedBits">The bits that negotiated extensions define for the first frame of a message.</param>
    /// <param name="nextMaskingKey">Where keys come from instead of <see cref="WebSocketMaskingKey.Next"/>: for tools that replay bytes.
    /// "The masking key needs to be unpredictable" (§5.3).</param>
    public WebSocketFrameWriter(
        IBufferWriter<byte> output,
        WebSocketRole sender,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None,
        Func<uint>? nextMaskingKey = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _masks = sender == WebSocketRole.Client;
        _reservedBits = reservedBits;
        _nextMaskingKey = nextMaskingKey ?? WebSocketMaskingKey.Next;
    }

    /// <summary>Writes a whole frame.</summary>
    /// <param name="opcode">What the payload is. The text of a message has to be UTF-8; this layer does not look.</param>
    /// <param name="payload">The payload; a control frame holds at most 125 bytes.</param>
    /// <param name="fin">Whether the frame ends its message.</param>
    /// <param name="reservedBits">RSV1-3.</param>
    /// <exception cref="ArgumentException">The frame would break a rule of its own: a reserved opcode or bit, a control frame that is fragmented or too long.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here: a continuation without a message, a new message inside another, data after Close, or the payload of the last frame is not complete.</exception>
    public void WriteFrame(
        WebSocketOpcode opcode,
        ReadOnlySpan<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        WebSocketFrameHeader header = Begin(opcode, payload.Length, fin, reservedBits);
        int headerLength = header.HeaderLength;
        int whole = headerLength + payload.Length;
        if (whole > MaxPieceLength)
        {
            WriteHeader(header);
            WritePayload(payload);
            return;
        }

        Span<byte> destination = _output.GetSpan(whole);
        header.Encode(destination, out _);
        CopyPayload(payload, destination[headerLength..], 0);
        _output.Advance(whole);
    }

    /// <summary>Writes a whole frame whose payload lies in several segments.</summary>
    /// <inheritdoc cref="WriteFrame(WebSocketOpcode, ReadOnlySpan{byte}, bool, WebSocketReservedBits)"/>
    public void WriteFrame(
        WebSocketOpcode opcode,
        in ReadOnlySequence<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        BeginFrame(opcode, payload.Length, fin, reservedBits);
        foreach (ReadOnlyMemory<byte> segment in payload)
        {
            WritePayload(segment.Span);
        }
    }

    /// <summary>Writes the header of a frame whose payload follows with <see cref="WritePayload"/>.</summary>
    /// <param name="opcode">What the payload is.</param>
    /// <param name="payloadLength">Bytes of payload to come.</param>
    /// <param name="fin">Whether the frame ends its message.</param>
    /// <param name="reservedBits">RSV1-3.</param>
    /// <exception cref="ArgumentException">The frame would break a rule of its own.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here.</exception>
    public void BeginFrame(
        WebSocketOpcode opcode,
        long payloadLength,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        WriteHeader(Begin(opcode, payloadLength, fin, reservedBits));
    }

    /// <summary>Writes the next piece of the payload that <see cref="BeginFrame"/> announced.</summary>
    /// <param name="piece">Bytes of payload, not masked.</param>
    /// <exception cref="InvalidOperationException">The piece is longer than what remains of the payload.</exception>
    public void WritePayload(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _payloadRemaining)
        {
            throw new InvalidOperationException("The piece is longer than what remains of the payload that was announced.");
        }

        while (!piece.IsEmpty)
        {
            Span<byte> destination = _output.GetSpan(Math.Min(piece.Length, MaxPieceLength));
            int length = Math.Min(piece.Length, destination.Length);
            CopyPayload(piece[..length], destination, _payloadOffset);
            _output.Advance(length);
            _payloadOffset += length;
            _payloadRemaining -= length;
            piece = piece[length..];
        }
    }

    /// <summary>Writes a Close frame (§5.5.1).</summary>
    /// <param name="code">The status code, or <see cref="WebSocketCloseCode.NoStatusReceived"/> for an empty payload.</param>
    /// <param name="reason">The reason, at most 123 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">The code may not stand on the wire, or the reason is too long or no text.</exception>
    /// <exception cref="InvalidOperationException">The payload of the last frame is not complete.</exception>
    public void WriteClose(WebSocketCloseCode code = WebSocketCloseCode.NoStatusReceived, ReadOnlySpan<char> reason = default)
    {
        Span<byte> payload = stackalloc byte[WebSocketFrameHeader.MaxControlPayloadLength];
        int length = WebSocketClosePayload.Encode(code, reason, payload);
        WriteFrame(WebSocketOpcode.Close, payload[..length]);
    }

    /// <summary>Writes a frame that was prepared for many connections. A client masks it with a key of its own.</summary>
    /// <param name="frame">The frame.</param>
    /// <exception cref="ArgumentException">The frame has a reserved bit that this connection has not negotiated.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here.</exception>
    public void WriteFrame(WebSocketPreparedFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        WebSocketFrameHeader header = frame.Header;
        if (_masks)
        {
            WriteFrame(header.Opcode, frame.Payload.Span, header.Fin, header.ReservedBits);
            return;
        }

        Begin(header.Opcode, header.PayloadLength, header.Fin, header.ReservedBits);
        _payloadRemaining = 0;
        _output.Write(frame.Bytes.Span);
    }

    /// <summary>
    /// Writes a whole frame and flushes the pipe. A long payload that is not masked is handed to the pipe as it is: one that writes to a stream
    /// passes it on without a copy.
    /// </summary>
    /// <inheritdoc cref="WriteFrame(WebSocketOpcode, ReadOnlySpan{byte}, bool, WebSocketReservedBits)"/>
    public ValueTask<FlushResult> WriteFrameAsync(
        WebSocketOpcode opcode,
        ReadOnlyMemory<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None,
        CancellationToken cancellationToken = default)
    {
        if (_masks || payload.Length <= MaxPieceLength || _output is not PipeWriter pipe)
        {
            WriteFrame(opcode, payload.Span, fin, reservedBits);
            return FlushAsync(cancellationToken);
        }

        BeginFrame(opcode, payload.Length, fin, reservedBits);
        _payloadRemaining = 0;
        return pipe.WriteAsync(payload, cancellationToken);
    }

    /// <summary>Flushes the pipe.</summary>
    /// <exception cref="InvalidOperationException">The writer was made for a buffer writer that is not a <see cref="PipeWriter"/>.</exception>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        => _output is PipeWriter pipe
            ? pipe.FlushAsync(cancellationToken)
            : throw new InvalidOperationException("Only a PipeWriter can be flushed.");

    /// <summary>Checks a frame against the rules that its receiver will apply, and moves on.</summary>
    private WebSocketFrameHeader Begin(WebSocketOpcode opcode, long payloadLength, bool fin, WebSocketReservedBits reservedBits)
    {
        if (_payloadRemaining != 0)
        {
            throw new InvalidOperationException("The payload of the last frame is not complete.");
        }

        WebSocketFrameHeader header = new(opcode, payloadLength, fin, reservedBits, _masks ? _nextMaskingKey() : null);
        byte first = header.FirstByte;
        byte next = WebSocketFrameRules.TableFor(_state, _reservedBits)[first];
        if (next == WebSocketFrameRules.Illegal)
        {
            ThrowIllegal(WebSocketFrameRules.FindError(first, _state, _reservedBits));
        }

        if (payloadLength > WebSocketFrameHeader.MaxControlPayloadLength && opcode.IsControl())
        {
            ThrowIllegal(WebSocketProtocolError.ControlFrameTooLong);
        }

        _state = (WebSocketFrameState)next;
        _maskingKey = header.MaskingKey;
        return header;
    }

    private void WriteHeader(WebSocketFrameHeader header)
    {
        header.Encode(_output.GetSpan(WebSocketFrameHeader.MaxLength), out int headerLength);
        _output.Advance(headerLength);
        _payloadOffset = 0;
        _payloadRemaining = header.PayloadLength;
    }

    private void CopyPayload(ReadOnlySpan<byte> payload, Span<byte> destination, long payloadOffset)
    {
        if (_masks)
        {
            WebSocketMask.Apply(payload, destination, _maskingKey, payloadOffset);
        }
        else
        {
            payload.CopyTo(destination);
        }
    }

    private static void ThrowIllegal(WebSocketProtocolError error)
    {
        string message = error.GetRule().Text + ".";
        throw error is WebSocketProtocolError.UnexpectedContinuation or WebSocketProtocolError.ExpectedContinuation or WebSocketProtocolError.DataAfterClose
            ? new InvalidOperationException(message)
            : new ArgumentException(message);
    }
}
