using System.Buffers;
using System.IO.Pipelines;
using System.Numerics;

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
    }

    /// <summary>
    /// Off by default. Where it is on, <see cref="WriteFrameAsync"/> hands a long payload that is not masked on to
    /// <see cref="PipeWriter.WriteAsync"/> instead of copying it first. That pays where the pipe hands memory on in its turn, as one over a stream
    /// does. The price: when such a call is cancelled or fails, part of the frame may be out, and the writer refuses every other.
    /// </summary>
    public bool HandsPayloadOn { get; init; }

    /// <summary>The pipe that it writes to.</summary>
    /// <exception cref="InvalidOperationException">It is no pipe.</exception>
    internal PipeWriter Pipe => _output as PipeWriter ?? throw new InvalidOperationException("Only a PipeWriter can be flushed.");

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
            CopyPayload(piece[..length], destination, _maskingKey, 0);
            _output.Advance(length);

            // The key begins with the byte that masks the next byte of the payload.
            _maskingKey = BitOperations.RotateLeft(_maskingKey, 8 * (length % sizeof(uint)));
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

    /// <summary>Flushes the pipe.</summary>
    /// <exception cref="InvalidOperationException">The writer was made for a buffer writer that is not a <see cref="PipeWriter"/>.</exception>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => Pipe.FlushAsync(cancellationToken);

    private void WriteHeader(WebSocketFrameHeader header, WebSocketFrameState next)
    {
        header.Encode(_output.GetSpan(WebSocketFrameHeader.MaxLength), out int headerLength);
        _output.Advance(headerLength);
        MoveTo(next);
        _maskingKey = header.MaskingKey;
        _payloadRemaining = header.PayloadLength;
    }

    /// <summary>Checks a frame against the rules that its receiver will apply. Nothing has changed when it throws, nor when it returns.</summary>
    /// <returns>The header; where the sender masks, its key is still to come, so that no key is spent on a frame that is not sent.</returns>
    private WebSocketFrameHeader Check(
        WebSocketOpcode opcode, long payloadLength, bool fin, WebSocketReservedBits reservedBits, out WebSocketFrameState next)
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
        throw error is WebSocketProtocolError.UnexpectedContinuation or WebSocketProtocolError.ExpectedContinuation
            or WebSocketProtocolError.DataAfterClose
            ? new InvalidOperationException(message)
            : new ArgumentException(message);
    }
}
