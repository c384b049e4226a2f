using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <summary>
/// Writes frames (RFC 6455 §5) to a pipe or any buffer writer, masked where the sender is a client. Frames coalesce in the buffer until
/// <see cref="FlushAsync"/>. What cannot be a legal frame throws before a byte is written, and leaves the writer as it was. One writer at a time.
/// </summary>
public sealed partial class WebSocketFrameWriter
{
    /// <summary>The most that is asked of the buffer writer at once.</summary>
    private const int MaxPieceLength = 16 * 1024;

    private readonly IBufferWriter<byte> _output;
    private readonly bool _masks;
    private readonly WebSocketReservedBits _reservedBits;
    private readonly Func<uint>? _nextMaskingKey;

    private WebSocketFrameState _state;
    private byte[] _nextState;
    private uint _maskingKey;
    private long _payloadOffset;
    private long _payloadRemaining;
    private bool _isHandingOn;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go; with a <see cref="PipeWriter"/>, <see cref="FlushAsync"/> flushes it.</param>
    /// <param name="sender">Who sends the frames: a client masks each with a fresh key, a server masks none.</param>
    /// <param name="reservedBits">The bits that negotiated extensions define for the first frame of a message.</param>
    /// <param name="nextMaskingKey">Where keys come from instead of <see cref="WebSocketMaskingKey.Next"/>: for tools that replay bytes.
    /// "The masking key needs to be unpredictable" (§5.3).</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such bits.</exception>
    public WebSocketFrameWriter(
        IBufferWriter<byte> output,
        WebSocketRole sender,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None,
        Func<uint>? nextMaskingKey = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)reservedBits, 0x7, nameof(reservedBits));
        _output = output;
        _masks = sender == WebSocketRole.Client;
        _reservedBits = reservedBits;
        _nextMaskingKey = nextMaskingKey;
        _nextState = WebSocketFrameRules.TableFor(_state, reservedBits);
        _handsOn = output.GetType() == StreamPipe;
    }

    /// <summary>Writes a whole frame.</summary>
    /// <param name="opcode">What the payload is. The text of a message has to be UTF-8; this layer does not look.</param>
    /// <param name="payload">The payload; a control frame holds at most 125 bytes.</param>
    /// <param name="fin">Whether the frame ends its message.</param>
    /// <param name="reservedBits">RSV1-3.</param>
    /// <exception cref="ArgumentException">The frame would break a rule of its own: a reserved opcode or bit, a control frame that is fragmented
    /// or too long, a Close payload that is none.</exception>
    /// <exception cref="InvalidOperationException">The frame may not stand here: a continuation without a message, a new message inside another, data after Close, or the payload of the last frame is not complete.</exception>
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

    /// <summary>Checks a frame against the rules that its receiver will apply. Nothing has changed when it throws, nor when it returns.</summary>
    /// <returns>The header; where the sender masks, its key is still to come, so that no key is spent on a frame that is not sent.</returns>
    private WebSocketFrameHeader Check(WebSocketOpcode opcode, long payloadLength, bool fin, WebSocketReservedBits reservedBits, out WebSocketFrameState next)
    {
        if (_payloadRemaining != 0)
        {
            ThrowIncomplete();
        }

        WebSocketFrameHeader header = new(opcode, payloadLength, fin, reservedBits, _masks ? 0u : null);
        byte first = header.FirstByte;
        byte entry = _nextState[first];
        if (entry == WebSocketFrameRules.Illegal)
        {
            ThrowIfBroken(WebSocketFrameRules.FindError(first, _state, _reservedBits));
        }

        if (payloadLength > WebSocketFrameHeader.MaxControlPayloadLength && opcode.IsControl())
        {
            ThrowIfBroken(WebSocketProtocolError.ControlFrameTooLong);
        }

        next = (WebSocketFrameState)entry;
        return header;
    }

    private void MoveTo(WebSocketFrameState state)
    {
        _state = state;
        _nextState = WebSocketFrameRules.TableFor(state, _reservedBits);
    }

    private uint NextKey() => _nextMaskingKey is { } next ? next() : WebSocketMaskingKey.Next();

    private void CopyPayload(ReadOnlySpan<byte> payload, Span<byte> destination, uint maskingKey, long payloadOffset)
    {
        if (_masks)
        {
            WebSocketMask.Apply(payload, destination, maskingKey, payloadOffset);
        }
        else
        {
            payload.CopyTo(destination);
        }
    }

    private static void ThrowIncomplete() => throw new InvalidOperationException("The payload of the last frame is not complete.");

    private static void ThrowIfBroken(WebSocketProtocolError error)
    {
        if (error == WebSocketProtocolError.None)
        {
            return;
        }

        string message = error.GetRule().Text + ".";
        throw error is WebSocketProtocolError.UnexpectedContinuation or WebSocketProtocolError.ExpectedContinuation or WebSocketProtocolError.DataAfterClose
            ? new InvalidOperationException(message)
            : new ArgumentException(message);
    }
}
