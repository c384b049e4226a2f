using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <content>The values: those that come whole, and those that come in pieces.</content>
public sealed partial class CapsuleDecoder
{
    /// <summary>Takes the value of a capsule with fields. It is gathered where it straddles sources; it is at most 1028 bytes.</summary>
    private OperationStatus TakeWhole(ReadOnlySpan<byte> source, scoped ref int index, out CapsulePart element)
    {
        int at = _scratch.Length;
        ReadOnlySpan<byte> fresh = source[index..];
        long wanted = _layout == CapsuleLayout.Close ? _length : Math.Min(_length, CapsuleShape.MaxIntegersSize + 1);
        if (fresh.Length > wanted - at)
        {
            fresh = fresh[..(int)(wanted - at)];
        }

        ReadOnlySpan<byte> arrived = fresh;
        if (at > 0 || fresh.Length < _length)
        {
            _scratch.Append(fresh);
            arrived = _scratch.Written;
        }

        OperationStatus status = _layout == CapsuleLayout.Close ? CheckClose(arrived, at) : CheckIntegers(arrived);
        element = default;
        if (status == OperationStatus.InvalidData)
        {
            // Only up to the offending byte is consumed, so that the position does not depend on the split.
            int consumed = (int)Math.Clamp(ErrorOffset + 1 - Position, 0, fresh.Length);
            index += consumed;
            Position += consumed;
            return status;
        }

        index += fresh.Length;
        Position += fresh.Length;
        if (status == OperationStatus.Done)
        {
            element = CreateElement(arrived, isLast: true);
            _state = State.Header;
        }

        return status;
    }

    private OperationStatus CheckIntegers(ReadOnlySpan<byte> arrived)
    {
        OperationStatus status = _shape.Parse(arrived, _length, out _integers, out WebTransportProtocolError error, out int errorIndex);
        return status == OperationStatus.InvalidData
            ? Fail(error, errorIndex < 0 ? _start + _lengthIndex : _start + _headerLength + errorIndex)
            : status;
    }

    /// <summary>Checks WT_CLOSE_SESSION; the bytes from <paramref name="at"/> on have not been looked at.</summary>
    private OperationStatus CheckClose(ReadOnlySpan<byte> arrived, int at)
    {
        int textStart = Math.Max(at, sizeof(uint));
        if (arrived.Length > textStart && _reason.Validate(arrived[textStart..], out int invalidIndex) == OperationStatus.InvalidData)
        {
            return Fail(WebTransportProtocolError.CloseReasonNotUtf8, _start + _headerLength + textStart + invalidIndex);
        }

        if (arrived.Length < _length)
        {
            return OperationStatus.NeedMoreData;
        }

        if (!_reason.IsComplete)
        {
            // The text ends inside a character: what is missing should stand right after the capsule.
            return Fail(WebTransportProtocolError.CloseReasonNotUtf8, _start + _headerLength + _length);
        }

        _integers.Value = BinaryPrimitives.ReadUInt32BigEndian(arrived);
        return OperationStatus.Done;
    }

    /// <summary>Takes the stream id of a WT_STREAM, the first piece; the application's bytes follow in pieces of their own.</summary>
    private OperationStatus TakeStreamId(ReadOnlySpan<byte> source, scoped ref int index, out CapsulePart element)
    {
        element = default;
        Span<byte> buffer = _header;
        do
        {
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            buffer[_headerFilled++] = source[index++];
            Position++;
            if (QuicVarInt.GetLength(buffer[0]) > _length)
            {
                return Fail(WebTransportProtocolError.CapsuleFieldTruncated, Position - 1);
            }
        }
        while (_headerFilled < QuicVarInt.GetLength(buffer[0]));

        _scratch.Append(buffer[.._headerFilled]);
        QuicVarInt.Decode(_scratch.Written, out _integers.StreamId, out int idLength);
        _headerFilled = 0;
        _remaining = _length - idLength;
        _state = _remaining == 0 ? State.Header : State.Pieces;
        _flags |= CapsuleFlags.StreamId;
        element = CreateElement(_scratch.Written, _remaining == 0);
        return OperationStatus.Done;
    }

    private OperationStatus TakePiece(ReadOnlySpan<byte> source, scoped ref int index, out CapsulePart element)
    {
        element = default;
        if (_scratch.Length > 0)
        {
            _scratch.Release();
        }

        int count = (int)Math.Min(_remaining, source.Length - index);
        bool isFirst = (_flags & CapsuleFlags.First) != 0;
        if (count == 0 && _remaining > 0 && (!isFirst || _skip))
        {
            return OperationStatus.NeedMoreData;
        }

        ReadOnlySpan<byte> piece = source.Slice(index, count);
        if (_layout == CapsuleLayout.Padding && piece.IndexOfAnyExcept((byte)0) is int zeros and >= 0)
        {
            if (zeros == 0 && !isFirst)
            {
                index++;
                Position++;
                return Fail(WebTransportProtocolError.PaddingNotZero, Position - 1);
            }

            piece = piece[..zeros];
        }

        index += piece.Length;
        Position += piece.Length;
        _remaining -= piece.Length;
        if (_remaining == 0)
        {
            _state = State.Header;
        }

        if (!_skip)
        {
            element = CreateElement(piece, _remaining == 0);
        }

        return OperationStatus.Done;
    }

    private CapsulePart CreateElement(ReadOnlySpan<byte> payload, bool isLast)
    {
        CapsuleFlags flags = _flags | (isLast ? CapsuleFlags.Last : CapsuleFlags.None);
        _flags &= ~(CapsuleFlags.First | CapsuleFlags.StreamId);
        return new CapsulePart(_start, _type, _length, _headerLength, flags, payload, _integers);
    }
}
