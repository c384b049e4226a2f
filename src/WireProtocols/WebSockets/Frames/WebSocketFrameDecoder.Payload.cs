using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.WebSockets;

// Payloads, whole or in pieces, and the scratch that they are unmasked into.
public sealed partial class WebSocketFrameDecoder
{
    /// <summary>The most that is unmasked in one piece of a payload that comes in pieces; it keeps the scratch within the first-level cache.</summary>
    private const int MaxPieceLength = 16 * 1024;

    private const int MinScratchLength = 1024;
    private const int CacheLineLength = 64;

    private byte[]? _scratch;

    /// <summary>Whether scratch is rented at the moment.</summary>
    internal bool HoldsScratch => _scratch is not null;

    private OperationStatus DecodePayload(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        long remaining = _header.PayloadLength - _payloadOffset;
        int available = (int)Math.Min(source.Length, remaining);
        bool comesWhole = _header.PayloadLength <= (_header.Opcode.IsControl() ? _wholeControlLength : _options.WholePayloadLength);
        if (comesWhole && (_payloadOffset > 0 || available < remaining))
        {
            return CollectPayload(source[..available], out bytesConsumed, out part);
        }

        if (available == 0 && remaining > 0)
        {
            // The peer may take its time, and nothing of the payload is kept.
            ReleaseScratch();
            bytesConsumed = 0;
            part = default;
            return OperationStatus.NeedMoreData;
        }

        if (_header.IsMasked && !comesWhole)
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
        // A new array would stand for bytes that are gone, and show whatever somebody else left in it.
        ObjectDisposedException.ThrowIf(_payloadOffset > 0 && _scratch is null, this);

        int collected = (int)_payloadOffset + source.Length;
        Span<byte> payload = Scratch((int)_header.PayloadLength).AsSpan(0, collected);
        WebSocketMask.Apply(source, payload[(int)_payloadOffset..], _header.MaskingKey, _payloadOffset);
        if (collected == _header.PayloadLength)
        {
            _payloadOffset = 0;
            return Emit(payload, source.Length, out bytesConsumed, out part);
        }

        bytesConsumed = 0;
        part = default;
        if (_header.Opcode == WebSocketOpcode.Close && _violation == WebSocketProtocolError.None && !TryAcceptClose(payload))
        {
            return OperationStatus.InvalidData;
        }

        _payloadOffset = collected;
        _position += source.Length;
        bytesConsumed = source.Length;
        return OperationStatus.NeedMoreData;
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

    /// <summary>
    /// Judges as much of a Close payload as is there: a bad code or a bad byte of the reason is known before the rest has come. The few
    /// bytes are looked at again with each piece; they are at most 125.
    /// </summary>
    private bool TryAcceptClose(ReadOnlySpan<byte> payload)
    {
        bool isWhole = payload.Length == _header.PayloadLength;
        bool isValid = isWhole
            ? WebSocketClosePayload.Decode(payload, out _, out _, out WebSocketProtocolError error, out int errorIndex) == OperationStatus.Done
            : WebSocketClosePayload.CanBegin(payload, out error, out errorIndex);
        if (isValid)
        {
            return true;
        }

        if (_options.Lenient)
        {
            // What a frame violates is said once, when it is handed out.
            _violation = isWhole ? error : WebSocketProtocolError.None;
            return true;
        }

        Fail(error, _frameOffset + _header.HeaderLength + errorIndex);
        return false;
    }

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
        Debug.Assert(length <= Math.Max(MaxPieceLength, _wholeControlLength) + CacheLineLength);
        ReleaseScratch();
        _scratch = ArrayPool<byte>.Shared.Rent(Math.Max(length, MinScratchLength));
        _fastPayloadLength = FastPayloadLength;
        return _scratch;
    }

    private void ReleaseScratch()
    {
        if (_scratch is { } scratch)
        {
            _scratch = null;
            _fastPayloadLength = FastPayloadLength;
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
