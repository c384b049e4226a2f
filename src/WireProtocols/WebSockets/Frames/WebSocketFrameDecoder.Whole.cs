using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.WebSockets;

// The fast way: a whole frame in one look.
public sealed partial class WebSocketFrameDecoder
{
    private const byte NoState = 0xFE;

    private readonly int _shortHeaderLength;
    private int _fastPayloadLength;
    private byte[] _nextState = [];
    private byte _fastState;

    /// <summary>The longest payload of the fast way: with masks, what the scratch that is there can hold, so that it never has to stop and rent.</summary>
    private int FastPayloadLength => (int)Math.Min(_maskBit != 0 ? (_scratch?.Length ?? 0) - (2 * CacheLineLength) : MaxPieceLength, _options.MaxPayloadLength);

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

        Debug.Assert(source.Length >= headerLength + length && length >= 0);
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
            // What lies behind the payload is there to be read, in the source, and to be overwritten, in the scratch, which has a line for
            // the alignment and a line for this: no tail to take care of.
            Debug.Assert(IsWithinScratch(ref unmasked, wholeLines));
            WebSocketMask.ApplyWholeLines(ref masked, ref unmasked, wholeLines, part.Header.KeyBytes);
        }
        else
        {
            WebSocketMask.ApplyUnchecked(ref masked, ref unmasked, length, part.Header.KeyBytes);
        }
    }

    private bool IsWithinScratch(ref byte start, nuint length)
    {
        nint offset = Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(_scratch!), ref start);
        return offset is >= 0 and < CacheLineLength && (nuint)offset + length <= (nuint)_scratch!.Length;
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

    /// <summary>The fast way is open between frames until a Close: then <see cref="_fastState"/> is the state, else what no table leads to.</summary>
    private void LeaveOrEnterFastWay()
        => _fastState = _stage == Stage.Header && _headerCount == 0 && _state != WebSocketFrameState.Closed ? (byte)_state : NoState;
}
