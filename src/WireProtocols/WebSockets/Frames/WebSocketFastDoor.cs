using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.WebSockets;

/// <summary>
/// The door of almost every frame: all of it is there, it is short and legal, and it leaves the message where it was. It takes a frame in one look.
/// Whatever is not so is left to the general way of the <see cref="WebSocketFrameDecoder"/>.
/// </summary>
/// <remarks>
/// For whoever changes this: with a bounds check at each step, or with one more store a frame, a short frame takes a third longer; measure with
/// <c>compare --filter websocket.receive</c>. The two halves, <see cref="TryDecode"/> and <see cref="UnmaskWhole"/>, come apart so that a reader can
/// note in between how far it has come: where the next frame begins is what everything waits for.
/// </remarks>
internal struct WebSocketFastDoor
{
    private const int LongestUnmasked = 16 * 1024;

    /// <summary>What stands for the state while the door is closed: no entry of any table.</summary>
    private const byte NoState = 0xFE;

    private readonly int _maskBit;
    private readonly int _shortHeaderLength;
    private readonly int _maxPayloadLength;
    private int _longestPayload;
    private byte[] _nextState = [];
    private byte _state = NoState;
    private WebSocketUnmaskArea _area;

    /// <param name="maskBit">The MASK bit of every frame of this sender.</param>
    /// <param name="maxPayloadLength">The longest payload that the receiver takes.</param>
    public WebSocketFastDoor(int maskBit, long maxPayloadLength)
    {
        _maskBit = maskBit;
        _shortHeaderLength = 2 + (maskBit != 0 ? sizeof(uint) : 0);
        _maxPayloadLength = (int)Math.Min(maxPayloadLength, int.MaxValue);
        Measure();
    }

    /// <summary>The MASK bit of every frame of this sender.</summary>
    public readonly int MaskBit => _maskBit;

    /// <summary>Whether memory is rented at the moment.</summary>
    public readonly bool HoldsArea => _area.IsRented;

    /// <summary>Opens the door between two frames.</summary>
    /// <param name="state">Where the input stands; the door lets nothing through that changes it.</param>
    /// <param name="nextState">The table of that state.</param>
    public void Open(WebSocketFrameState state, byte[] nextState)
    {
        _nextState = nextState;
        _state = (byte)state;
    }

    /// <summary>Closes the door, until it is opened.</summary>
    public void Close() => _state = NoState;

    /// <summary>
    /// The first half: decodes a whole frame. Its payload, where it is masked, is still to be filled in by <see cref="UnmaskWhole"/>.
    /// </summary>
    /// <param name="source">The bytes from the beginning of the frame on.</param>
    /// <param name="position">Where it begins in the input; afterwards where it ends.</param>
    /// <param name="bytesConsumed">Bytes of the frame, or 0.</param>
    /// <param name="part">The frame.</param>
    /// <returns>False when the frame has to take the general way.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryDecode(ReadOnlySpan<byte> source, ref long position, out int bytesConsumed, out WebSocketFramePart part)
    {
        if (source.Length < sizeof(ulong))
        {
            bytesConsumed = 0;
            part = default;
            return false;
        }

        // In bounds: the source has eight bytes. They hold the header whole: 2 or 4 bytes and, masked, the key.
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

        if (_nextState[(byte)head] != _state || length > _longestPayload || source.Length - headerLength < length)
        {
            bytesConsumed = 0;
            part = default;
            return false;
        }

        Debug.Assert(source.Length >= headerLength + length && length >= 0);
        bytesConsumed = headerLength + length;
        long offset = position;
        position = offset + bytesConsumed;

        // In bounds: headerLength + length bytes are known to be in the source. Where they are masked, the payload lies in the area instead, which
        // is rented and long enough: _longestPayload is at most its room.
        ref byte payload = ref Unsafe.Add(ref start, headerLength);
        uint keyBytes = 0;
        if (_maskBit != 0)
        {
            keyBytes = (uint)(head >> ((8 * headerLength) - 32));
            payload = ref _area.Start;
        }

        part = new WebSocketFramePart(
            WebSocketFrameHeader.FromWire((ushort)head, headerLength, length, keyBytes),
            offset,
            0,
            MemoryMarshal.CreateReadOnlySpan(ref payload, length),
            WebSocketProtocolError.None);
        return true;
    }

    /// <summary>The second half: fills in the payload of a frame that <see cref="TryDecode"/> found in the same source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void UnmaskWhole(ReadOnlySpan<byte> source, in WebSocketFramePart part)
    {
        if (_maskBit == 0)
        {
            return;
        }

        // In bounds: TryDecode has seen the header and the payload in the source, and as many bytes as the payload has in the area.
        int headerLength = part.Header.HeaderLength;
        ref byte masked = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), headerLength);
        ref byte unmasked = ref MemoryMarshal.GetReference(part.Payload);
        nuint length = (uint)part.Payload.Length;
        nuint wholeLines = WebSocketMask.RoundUp(length);
        if (Vector512.IsHardwareAccelerated && (nuint)(uint)(source.Length - headerLength) >= wholeLines)
        {
            // In bounds: so many whole lines are in the source, and the area keeps a line free for the rounding. What lies behind the payload is read
            // in the one and overwritten in the other, and no tail has to be taken care of.
            Debug.Assert(_area.Contains(ref unmasked, wholeLines));
            WebSocketMask.ApplyWholeLines(ref masked, ref unmasked, wholeLines, part.Header.KeyBytes);
        }
        else
        {
            WebSocketMask.ApplyUnchecked(ref masked, ref unmasked, length, part.Header.KeyBytes);
        }
    }

    /// <summary>Unmasks payload of the general way into the area.</summary>
    public ReadOnlySpan<byte> Unmask(ReadOnlySpan<byte> masked, uint maskingKey, long payloadOffset)
    {
        if (!_area.Holds(masked.Length))
        {
            _area.Rent(masked.Length);
            Measure();
        }

        return _area.Unmask(masked, maskingKey, payloadOffset);
    }

    /// <summary>Gives the area back to the pool. Masked frames take the general way until it is rented again.</summary>
    public void ReleaseArea()
    {
        _area.Release();
        Measure();
    }

    /// <summary>With masks, the longest payload is what the area can hold as it is, so that the door never has to stop and rent.</summary>
    private void Measure() => _longestPayload = Math.Min(_maskBit != 0 ? _area.Room : LongestUnmasked, _maxPayloadLength);

    /// <summary>A 16-bit length of a data frame, or a length that nothing can hold.</summary>
    private static int ReadShortLength(ulong head, int length7)
    {
        int length = BinaryPrimitives.ReverseEndianness((ushort)(head >> 16));
        bool isShort = length7 == WebSocketFrameHeader.LengthIs16Bit
            && length > WebSocketFrameHeader.MaxControlPayloadLength
            && (head & WebSocketFrameHeader.ControlBit) == 0;
        return isShort ? length : int.MaxValue;
    }
}
