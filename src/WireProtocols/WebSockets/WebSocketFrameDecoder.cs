using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.WebSockets;

/// <summary>
/// Decodes the frames of one direction of a connection (RFC 6455 §5) from bytes in any split, unmasks them into scratch of its own and
/// enforces what the sender's role and the message under way allow. Not safe for use by several threads at once.
/// </summary>
public sealed class WebSocketFrameDecoder : IDisposable
{
    /// <summary>The most that is unmasked in one piece; it keeps the scratch within the first-level cache.</summary>
    private const int MaxPieceLength = 16 * 1024;

    private const int MinScratchLength = 1024;
    private const int CacheLineLength = 64;

    private const byte NoState = 0xFE;

    private readonly WebSocketFrameOptions _options;
    private readonly int _maskBit;
    private readonly int _shortHeaderLength;
    private int _fastPayloadLength;

    private WebSocketFrameState _state;
    private byte[] _nextState = [];
    private byte _fastState;
    private Stage _stage;
    private long _position;
    private byte[]? _scratch;

    private HeaderBytes _headerBytes;
    private int _headerCount;
    private WebSocketFrameHeader _header;
    private WebSocketProtocolError _violation;
    private long _frameOffset;
    private long _payloadOffset;

    /// <summary>Creates a decoder.</summary>
    /// <param name="sender">Who sends the bytes: frames of a client have to be masked, frames of a server must not be.</param>
    /// <param name="options">Limits and leniency.</param>
    public WebSocketFrameDecoder(WebSocketRole sender, WebSocketFrameOptions? options = null)
    {
        _options = options ?? WebSocketFrameOptions.Default;
        _maskBit = sender == WebSocketRole.Client ? WebSocketFrameHeader.MaskBit : 0;
        _shortHeaderLength = _maskBit != 0 ? 6 : 2;
        _fastPayloadLength = FastPayloadLength;
        MoveTo(WebSocketFrameState.BetweenMessages);
    }

    private enum Stage : byte
    {
        Header,
        Payload,
        Failed,
    }

    /// <summary>The longest payload of the fast way: with masks, what the scratch that is there can hold, so that it never has to stop and rent.</summary>
    private int FastPayloadLength => (int)Math.Min(_maskBit != 0 ? (_scratch?.Length ?? 0) - (2 * CacheLineLength) : MaxPieceLength, _options.MaxPayloadLength);

    /// <summary>The broken rule, once <see cref="Decode"/> or <see cref="Complete"/> has answered <see cref="OperationStatus.InvalidData"/>.</summary>
    public WebSocketProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, in bytes from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>Bytes consumed so far.</summary>
    public long Position => _position;

    /// <summary>Decodes the next frame, or the next piece of a frame.</summary>
    /// <param name="source">The bytes that follow those consumed so far; may be empty.</param>
    /// <param name="bytesConsumed">Bytes taken in; all of them with <see cref="OperationStatus.NeedMoreData"/>.</param>
    /// <param name="part">With <see cref="OperationStatus.Done"/>, the frame or piece; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        if (TryDecodeWhole(source, out bytesConsumed, out part))
        {
            UnmaskWhole(source, part);
            return OperationStatus.Done;
        }

        return DecodeGeneral(source, out bytesConsumed, out part);
    }

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between frames, else <see cref="OperationStatus.InvalidData"/>: <see cref="WebSocketProtocolError.UnexpectedEnd"/>
    /// or the error that ended the input before.</returns>
    public OperationStatus Complete()
    {
        if (_stage == Stage.Header && _headerCount == 0)
        {
            return OperationStatus.Done;
        }

        return _stage == Stage.Failed ? OperationStatus.InvalidData : Fail(WebSocketProtocolError.UnexpectedEnd, _position);
    }

    /// <summary>Starts anew, as for another connection.</summary>
    public void Reset()
    {
        Dispose();
        _stage = Stage.Header;
        _position = 0;
        _headerCount = 0;
        Error = WebSocketProtocolError.None;
        ErrorOffset = 0;
        MoveTo(WebSocketFrameState.BetweenMessages);
    }

    /// <summary>Gives the scratch back to the pool.</summary>
    public void Dispose()
    {
        if (_scratch is { } scratch)
        {
            _scratch = null;
            _fastPayloadLength = FastPayloadLength;
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>
    /// The way of almost every frame: all of it is here, it is short, legal, and leaves the message where it was. Whatever is not as it should
    /// be is left to the general way. The payload of the part is still to be filled in by <see cref="UnmaskWhole"/>.
    /// </summary>
    /// <remarks>
    /// Nothing is read beyond the source: one load takes the first eight bytes, which hold the header whole (2 or 4 bytes and, masked, the
    /// key), after the source is known to have them; the payload is <c>length</c> bytes at <c>headerLength</c>, after
    /// <c>headerLength + length</c> is known to be within the source, and within the scratch where it is masked. With a bounds check at each of these, a frame takes a third longer.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryDecodeWhole(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        if (source.Length < sizeof(ulong))
        {
            bytesConsumed = 0;
            part = default;
            return false;
        }

        ref byte start = ref MemoryMarshal.GetReference(source);
        ulong head = BitConverter.IsLittleEndian
            ? Unsafe.ReadUnaligned<ulong>(ref start)
            : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ref start));
        int headerLength = _shortHeaderLength;
        int length = (byte)(head >> 8) ^ _maskBit;
        if (length > WebSocketFrameHeader.MaxControlPayloadLength)
        {
            headerLength += 2;
            length = ReadShortLength(head, length);
        }

        if (_nextState[(byte)head] != _fastState || length > _fastPayloadLength || source.Length - headerLength < length)
        {
            bytesConsumed = 0;
            part = default;
            return false;
        }

        bytesConsumed = headerLength + length;
        long offset = _position;
        _position = offset + bytesConsumed;

        ref byte payload = ref Unsafe.Add(ref start, headerLength);
        uint keyBytes = 0;
        if (_maskBit != 0)
        {
            keyBytes = (uint)(head >> ((8 * headerLength) - 32));
            payload = ref AlignedStart(_scratch!);
        }

        part = new WebSocketFramePart(
            WebSocketFrameHeader.FromWire((ushort)head, headerLength, length, keyBytes),
            offset,
            0,
            MemoryMarshal.CreateReadOnlySpan(ref payload, length),
            WebSocketProtocolError.None);
        return true;
    }

    /// <summary>The second half of <see cref="TryDecodeWhole"/>, with the source of the first. It comes apart so that a caller can note first
    /// how far it has come: where the next frame begins is what everything waits for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void UnmaskWhole(ReadOnlySpan<byte> source, in WebSocketFramePart part)
    {
        if (_maskBit == 0)
        {
            return;
        }

        int headerLength = part.Header.HeaderLength;
        ref byte masked = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), headerLength);
        ref byte unmasked = ref MemoryMarshal.GetReference(part.Payload);
        nuint length = (uint)part.Payload.Length;
        nuint wholeLines = WebSocketMask.RoundUp(length);
        if (Vector512.IsHardwareAccelerated && (nuint)(uint)(source.Length - headerLength) >= wholeLines)
        {
            // What lies behind the payload is there to be read, in the source, and to be overwritten, in the scratch: no tail to take care of.
            WebSocketMask.ApplyWholeLines(ref masked, ref unmasked, wholeLines, part.Header.KeyBytes);
        }
        else
        {
            WebSocketMask.ApplyUnchecked(ref masked, ref unmasked, length, part.Header.KeyBytes);
        }
    }

    /// <summary>A 16-bit length of a data frame that the short way can take, or a length that nothing can hold.</summary>
    private static int ReadShortLength(ulong head, int length7)
    {
        int length = BinaryPrimitives.ReverseEndianness((ushort)(head >> 16));
        bool isShort = length7 == WebSocketFrameHeader.LengthIs16Bit
            && length > WebSocketFrameHeader.MaxControlPayloadLength
            && (head & WebSocketFrameHeader.ControlBit) == 0;
        return isShort ? length : int.MaxValue;
    }

    /// <summary>The way of every other frame.</summary>
    internal OperationStatus DecodeGeneral(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        part = default;
        bytesConsumed = 0;
        if (_stage == Stage.Header)
        {
            OperationStatus status = DecodeHeader(source, out bytesConsumed);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            source = source[bytesConsumed..];
        }

        if (_stage == Stage.Failed)
        {
            return OperationStatus.InvalidData;
        }

        OperationStatus payloadStatus = DecodePayload(source, out int payloadConsumed, out part);
        bytesConsumed += payloadConsumed;
        return payloadStatus;
    }

    /// <summary>Collects a header that may come byte by byte, and judges every byte as soon as it is there.</summary>
    private OperationStatus DecodeHeader(ReadOnlySpan<byte> source, out int bytesConsumed)
    {
        Span<byte> collected = _headerBytes;
        int added = Math.Min(source.Length, collected.Length - _headerCount);
        source[..added].CopyTo(collected[_headerCount..]);
        collected = collected[..(_headerCount + added)];

        WebSocketProtocolError error = FindHeaderError(collected, out int errorIndex);
        if (error != WebSocketProtocolError.None)
        {
            bytesConsumed = 0;
            return Fail(error, _position - _headerCount + errorIndex);
        }

        if (collected.Length < 2 || collected.Length < WebSocketFrameHeader.GetLength(collected[1]))
        {
            Dispose();
            _headerCount = collected.Length;
            LeaveOrEnterFastWay();
            _position += added;
            bytesConsumed = added;
            return OperationStatus.NeedMoreData;
        }

        _frameOffset = _position - _headerCount;
        _header = WebSocketFrameHeader.Read(collected);
        bytesConsumed = _header.HeaderLength - _headerCount;
        _position += bytesConsumed;
        _headerCount = 0;
        _payloadOffset = 0;
        _violation = _options.Lenient ? FindFirstViolation(collected) : WebSocketProtocolError.None;
        _stage = Stage.Payload;
        MoveTo(WebSocketFrameRules.Next(collected[0], _state));
        return OperationStatus.Done;
    }

    private OperationStatus DecodePayload(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        long remaining = _header.PayloadLength - _payloadOffset;
        int available = (int)Math.Min(source.Length, remaining);
        int wholeLength = _header.Opcode.IsControl() ? Math.Max(WebSocketFrameHeader.MaxControlPayloadLength, _options.WholePayloadLength) : _options.WholePayloadLength;
        bool comesWhole = _header.PayloadLength <= wholeLength;
        if (comesWhole && (_payloadOffset > 0 || available < remaining))
        {
            return CollectPayload(source[..available], out bytesConsumed, out part);
        }

        if (available == 0 && remaining > 0)
        {
            bytesConsumed = 0;
            part = default;
            return OperationStatus.NeedMoreData;
        }

        if (_header.IsMasked)
        {
            available = Math.Min(available, MaxPieceLength);
        }

        ReadOnlySpan<byte> piece = source[..available];
        if (_header.IsMasked)
        {
            piece = Unmask(piece, _header.MaskingKey, _payloadOffset);
        }

        return Emit(piece, available, out bytesConsumed, out part);
    }

    /// <summary>Gathers a short payload that did not arrive at once; it is unmasked on the way.</summary>
    private OperationStatus CollectPayload(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        int collected = (int)_payloadOffset;
        Span<byte> scratch = Scratch((int)_header.PayloadLength);
        WebSocketMask.Apply(source, scratch[collected..], _header.MaskingKey, _payloadOffset);
        if (collected + source.Length < _header.PayloadLength)
        {
            _payloadOffset += source.Length;
            _position += source.Length;
            bytesConsumed = source.Length;
            part = default;
            return OperationStatus.NeedMoreData;
        }

        _payloadOffset = 0;
        return Emit(scratch[..(int)_header.PayloadLength], source.Length, out bytesConsumed, out part);
    }

    /// <summary>Hands out the next piece of the payload, which may be all of it, and takes in the bytes of the source that completed it.</summary>
    private OperationStatus Emit(ReadOnlySpan<byte> piece, int taken, out int bytesConsumed, out WebSocketFramePart part)
    {
        if (_header.Opcode == WebSocketOpcode.Close && _violation == WebSocketProtocolError.None && !TryAcceptClose(piece))
        {
            bytesConsumed = 0;
            part = default;
            return OperationStatus.InvalidData;
        }

        bytesConsumed = taken;
        part = new WebSocketFramePart(_header, _frameOffset, _payloadOffset, piece, _violation);
        _payloadOffset += piece.Length;
        _position += taken;
        if (_payloadOffset == _header.PayloadLength)
        {
            _stage = Stage.Header;
            LeaveOrEnterFastWay();
        }

        return OperationStatus.Done;
    }

    private bool TryAcceptClose(ReadOnlySpan<byte> payload)
    {
        if (WebSocketClosePayload.Decode(payload, out _, out _, out WebSocketProtocolError error, out int errorIndex) == OperationStatus.Done)
        {
            return true;
        }

        if (_options.Lenient)
        {
            _violation = error;
            return true;
        }

        Fail(error, _frameOffset + _header.HeaderLength + errorIndex);
        return false;
    }

    /// <summary>The first error in as much of a header as is there, in the order of the bytes; in lenient mode only what cannot be followed.</summary>
    private WebSocketProtocolError FindHeaderError(ReadOnlySpan<byte> header, out int index)
    {
        WebSocketProtocolError error = WebSocketProtocolError.None;
        index = 0;
        if (!_options.Lenient)
        {
            error = FindRuleError(header, out index);
        }

        if (error == WebSocketProtocolError.None)
        {
            error = WebSocketFrameHeader.FindLengthError(header, out index);
            if (error == WebSocketProtocolError.NonMinimalLength && _options.Lenient)
            {
                error = WebSocketProtocolError.None;
            }
        }

        return error != WebSocketProtocolError.None ? error : FindLimitError(header, out index);
    }

    /// <summary>What the sender's role and the message under way forbid, as far as the first two bytes tell.</summary>
    private WebSocketProtocolError FindRuleError(ReadOnlySpan<byte> header, out int index)
    {
        index = 0;
        if (header.IsEmpty)
        {
            return WebSocketProtocolError.None;
        }

        WebSocketProtocolError error = WebSocketFrameRules.FindError(header[0], _state, _options.ReservedBits);
        if (error != WebSocketProtocolError.None || header.Length < 2)
        {
            return error;
        }

        index = 1;

        // "The server MUST close the connection upon receiving a frame that is not masked." "A client MUST close a connection if it detects
        // a masked frame."
        if (((header[1] ^ _maskBit) & WebSocketFrameHeader.MaskBit) != 0)
        {
            return _maskBit != 0 ? WebSocketProtocolError.MaskMissing : WebSocketProtocolError.MaskForbidden;
        }

        // "All control frames MUST have a payload length of 125 bytes or less".
        bool tooLong = (header[1] & ~WebSocketFrameHeader.MaskBit) > WebSocketFrameHeader.MaxControlPayloadLength;
        return tooLong && ((WebSocketOpcode)(header[0] & 0xF)).IsControl() ? WebSocketProtocolError.ControlFrameTooLong : WebSocketProtocolError.None;
    }

    private WebSocketProtocolError FindLimitError(ReadOnlySpan<byte> header, out int index)
    {
        index = 0;
        if (header.Length < 2)
        {
            return WebSocketProtocolError.None;
        }

        int lengthEnd = WebSocketFrameHeader.GetLength((byte)(header[1] & ~WebSocketFrameHeader.MaskBit));
        if (header.Length < lengthEnd)
        {
            return WebSocketProtocolError.None;
        }

        Span<byte> unmaskedForm = stackalloc byte[WebSocketFrameHeader.MaxLength];
        header[..lengthEnd].CopyTo(unmaskedForm);
        unmaskedForm[1] &= unchecked((byte)~WebSocketFrameHeader.MaskBit);
        index = lengthEnd - 1;
        return WebSocketFrameHeader.Read(unmaskedForm).PayloadLength > _options.MaxPayloadLength ? WebSocketProtocolError.FrameTooLarge : WebSocketProtocolError.None;
    }

    private WebSocketProtocolError FindFirstViolation(ReadOnlySpan<byte> header)
    {
        WebSocketProtocolError violation = FindRuleError(header, out _);
        return violation != WebSocketProtocolError.None ? violation : WebSocketFrameHeader.FindLengthError(header, out _);
    }

    private OperationStatus Fail(WebSocketProtocolError error, long offset)
    {
        Error = error;
        ErrorOffset = offset;
        _stage = Stage.Failed;
        LeaveOrEnterFastWay();
        return OperationStatus.InvalidData;
    }

    private void MoveTo(WebSocketFrameState state)
    {
        _state = state;
        _nextState = WebSocketFrameRules.TableFor(state, _options.ReservedBits);
        LeaveOrEnterFastWay();
    }

    /// <summary>The fast way is open between frames until a Close: then <see cref="_fastState"/> is the state, else what no table leads to.</summary>
    private void LeaveOrEnterFastWay()
        => _fastState = _stage == Stage.Header && _headerCount == 0 && _state != WebSocketFrameState.Closed ? (byte)_state : NoState;

    private ReadOnlySpan<byte> Unmask(ReadOnlySpan<byte> masked, uint maskingKey, long payloadOffset)
    {
        ref byte start = ref AlignedStart(Scratch(masked.Length + CacheLineLength));
        Span<byte> unmasked = MemoryMarshal.CreateSpan(ref start, masked.Length);
        WebSocketMask.Apply(masked, unmasked, maskingKey, payloadOffset);
        return unmasked;
    }

    /// <summary>
    /// The first cache line boundary in the scratch. A vector store across two lines cannot be forwarded to whoever reads the payload next,
    /// which doubles the time a short frame takes. Should the array move after the look, the place is less good but still in its first 64 bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe ref byte AlignedStart(byte[] scratch)
    {
        ref byte first = ref MemoryMarshal.GetArrayDataReference(scratch);
        nint misalignment = -(nint)Unsafe.AsPointer(ref first) & (CacheLineLength - 1);
        return ref Unsafe.Add(ref first, misalignment);
    }

    /// <summary>Scratch for at least <paramref name="length"/> bytes. What it held survives only where it is large enough already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte[] Scratch(int length)
    {
        byte[]? scratch = _scratch;
        return scratch is not null && scratch.Length >= length ? scratch : RentScratch(length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte[] RentScratch(int length)
    {
        Debug.Assert(length <= Math.Max(MaxPieceLength + CacheLineLength, _options.WholePayloadLength));
        Dispose();
        _scratch = ArrayPool<byte>.Shared.Rent(Math.Max(length, MinScratchLength));
        _fastPayloadLength = FastPayloadLength;
        return _scratch;
    }

    [InlineArray(WebSocketFrameHeader.MaxLength)]
    private struct HeaderBytes
    {
        private byte _element;
    }
}
