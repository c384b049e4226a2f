using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// Decodes a stream of capsules (RFC 9297 §3.2) that arrives in pieces of any size. Unknown types are skipped, or handed out, without
/// being held; known ones are checked field by field while they arrive.
/// </summary>
/// <remarks>
/// An offset of an error is that of the offending byte; where a value is broken as a whole, that of its first byte; where it is the length
/// that does not suit the type, that of the length.
/// </remarks>
public sealed class CapsuleDecoder : IDisposable
{
    private readonly CapsuleOptions _options;
    private readonly bool _knowsDatagrams;

    private State _state;
    private CapsuleLayout _layout;
    private CapsuleFlags _flags;
    private bool _skip;
    private CapsuleShape _shape;
    private long _type;
    private long _length;
    private long _remaining;
    private long _start;
    private int _headerLength;
    private int _lengthIndex;
    private CapsuleIntegers _integers;
    private CapsuleCloseValue _close;
    private PooledBuffer _scratch;
    private SplitCapsuleHeader _header;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Dialect and known types; <see cref="CapsuleOptions.Default"/> where null.</param>
    public CapsuleDecoder(CapsuleOptions? options = null)
    {
        _options = options ?? CapsuleOptions.Default;
        _knowsDatagrams = (_options.Groups & CapsuleGroups.Datagram) != 0;
    }

    private enum State : byte
    {
        Header,
        Whole,
        StreamId,
        Pieces,
        Failed,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public WebTransportProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>True between capsules: the input may end here.</summary>
    public bool IsAtBoundary => _state == State.Header && _header.IsEmpty;

    /// <summary>Decodes the next piece of a capsule.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The piece.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out CapsulePart element)
    {
        // A whole DATAGRAM in one segment, the common case, needs no state at all.
        if (_state == State.Header && _header.IsEmpty && _knowsDatagrams
            && source.Length >= CapsuleHeader.MaxSize && source[0] == CapsuleType.Datagram)
        {
            QuicVarInt.Decode(source[1..], out long length, out int lengthLength);
            int headerLength = 1 + lengthLength;
            if (length <= source.Length - headerLength)
            {
                const CapsuleFlags Whole = CapsuleFlags.First | CapsuleFlags.Last | CapsuleFlags.Known;
                element = new CapsulePart(Position, CapsuleType.Datagram, length, headerLength, Whole, source.Slice(headerLength, (int)length));
                bytesConsumed = headerLength + (int)length;
                Position += bytesConsumed;
                return OperationStatus.Done;
            }
        }

        return DecodeStep(source, out bytesConsumed, out element);
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between capsules; otherwise <see cref="OperationStatus.InvalidData"/> with
    /// <see cref="WebTransportProtocolError.UnexpectedEnd"/>.</returns>
    public OperationStatus Complete()
    {
        if (_state != State.Failed && !IsAtBoundary)
        {
            Fail(WebTransportProtocolError.UnexpectedEnd, Position);
        }

        return _state == State.Failed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of an input.</summary>
    public void Reset()
    {
        _scratch.Release();
        _state = State.Header;
        _header = default;
        Position = 0;
        Error = WebTransportProtocolError.None;
        ErrorOffset = 0;
    }

    /// <summary>Gives pooled scratch back.</summary>
    public void Dispose() => _scratch.Release();

    private OperationStatus DecodeStep(ReadOnlySpan<byte> source, out int bytesConsumed, out CapsulePart element)
    {
        int index = 0;
        OperationStatus status;
        element = default;
        do
        {
            status = _state switch
            {
                State.Header => TakeHeader(source, ref index),
                State.Whole => TakeWhole(source, ref index, out element),
                State.StreamId => TakeStreamId(source, ref index, out element),
                State.Pieces => TakePiece(source, ref index, out element),
                _ => OperationStatus.InvalidData,
            };
        }
        while (status == OperationStatus.Done && element.HeaderLength == 0);

        bytesConsumed = index;
        return status;
    }

    /// <summary>Takes type and length; Done means that the state has moved on, not that there is an element.</summary>
    private OperationStatus TakeHeader(ReadOnlySpan<byte> source, scoped ref int index)
    {
        if (_scratch.Length > 0)
        {
            // The value handed out by the last call was in here.
            _scratch.Release();
        }

        ReadOnlySpan<byte> rest = source[index..];
        CapsuleHeader header;
        int size;
        if (_header.IsEmpty && rest.Length >= CapsuleHeader.MaxSize)
        {
            CapsuleHeader.Decode(rest, out header, out size);
            index += size;
            Position += size;
            return Begin(header, size, QuicVarInt.GetLength(rest[0]));
        }

        bool isWhole = _header.TryTake(rest, out int taken, out header, out size, out int typeSize);
        index += taken;
        Position += taken;
        return isWhole ? Begin(header, size, typeSize) : OperationStatus.NeedMoreData;
    }

    private OperationStatus Begin(CapsuleHeader header, int size, int lengthIndex)
    {
        _headerLength = size;
        _start = Position - size;
        _lengthIndex = lengthIndex;
        _type = header.Type;
        _length = _remaining = header.Length;
        _shape = CapsuleShape.Get(_type, _options.Dialect, _options.Groups);
        _layout = _shape.Layout;
        _skip = _layout == CapsuleLayout.Unknown && _options.SkipUnknown;
        _flags = CapsuleFlags.First | (_layout == CapsuleLayout.Unknown ? CapsuleFlags.None : CapsuleFlags.Known);
        _integers = default;
        switch (_layout)
        {
            case CapsuleLayout.Integers:
                _state = State.Whole;
                return OperationStatus.Done;
            case CapsuleLayout.Close:
                _state = State.Whole;
                _close = default;
                return _length < sizeof(uint) ? FailLength(WebTransportProtocolError.CapsuleFieldTruncated)
                    : _length > sizeof(uint) + CapsuleEncoder.MaxReasonLength ? FailLength(WebTransportProtocolError.CloseReasonTooLong)
                    : OperationStatus.Done;
            case CapsuleLayout.Stream:
                _state = State.StreamId;
                _flags |= _type == _options.Dialect.GetFinalStreamCapsule() ? CapsuleFlags.Fin : CapsuleFlags.None;
                return _length == 0 ? FailLength(WebTransportProtocolError.CapsuleFieldTruncated) : OperationStatus.Done;
            default:
                _state = State.Pieces;
                return OperationStatus.Done;
        }
    }

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
        OperationStatus status = _close.Check(arrived, at, _length, out uint code, out long errorIndex);
        _integers.Value = code;
        return status == OperationStatus.InvalidData
            ? Fail(WebTransportProtocolError.CloseReasonNotUtf8, _start + _headerLength + errorIndex)
            : status;
    }

    /// <summary>Takes the stream id of a WT_STREAM, the first piece; the application's bytes follow in pieces of their own.</summary>
    private OperationStatus TakeStreamId(ReadOnlySpan<byte> source, scoped ref int index, out CapsulePart element)
    {
        element = default;
        int idLength;
        do
        {
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            _scratch.Append(source[index++]);
            Position++;
            idLength = QuicVarInt.GetLength(_scratch.Written[0]);
            if (idLength > _length)
            {
                return Fail(WebTransportProtocolError.CapsuleFieldTruncated, Position - 1);
            }
        }
        while (_scratch.Length < idLength);

        QuicVarInt.Decode(_scratch.Written, out _integers.StreamId, out _);
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

    /// <summary>The length does not suit the type: the error is where the length stands.</summary>
    private OperationStatus FailLength(WebTransportProtocolError error) => Fail(error, _start + _lengthIndex);

    private OperationStatus Fail(WebTransportProtocolError error, long offset)
    {
        _state = State.Failed;
        _scratch.Release();
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }
}
