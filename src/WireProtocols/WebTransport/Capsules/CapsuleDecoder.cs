using System.Buffers;
using System.Runtime.CompilerServices;
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
public sealed partial class CapsuleDecoder : IDisposable
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
    private Utf8Validator _reason;
    private PooledBuffer _scratch;
    private HeaderBuffer _header;
    private int _headerFilled;

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
    public bool IsAtBoundary => _state == State.Header && _headerFilled == 0;

    /// <summary>Decodes the next piece of a capsule.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The piece.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out CapsulePart element)
    {
        // A whole DATAGRAM in one segment, the common case, needs no state at all.
        if (_state == State.Header && _headerFilled == 0 && source.Length >= CapsuleHeader.MaxSize && source[0] == CapsuleType.Datagram && _knowsDatagrams)
        {
            QuicVarInt.Decode(source[1..], out long length, out int lengthLength);
            int headerLength = 1 + lengthLength;
            if (length <= source.Length - headerLength)
            {
                element = new CapsulePart(Position, CapsuleType.Datagram, length, headerLength, CapsuleFlags.First | CapsuleFlags.Last | CapsuleFlags.Known, source.Slice(headerLength, (int)length));
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
        _headerFilled = 0;
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
        if (_headerFilled == 0 && rest.Length >= CapsuleHeader.MaxSize)
        {
            CapsuleHeader.Decode(rest, out CapsuleHeader whole, out int size);
            index += size;
            Position += size;
            return Begin(whole, size, QuicVarInt.GetLength(rest[0]));
        }

        return TakeSplitHeader(source, ref index);
    }

    private OperationStatus TakeSplitHeader(ReadOnlySpan<byte> source, scoped ref int index)
    {
        Span<byte> buffer = _header;
        while (_headerFilled < GetHeaderSize(buffer[.._headerFilled]))
        {
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            buffer[_headerFilled++] = source[index++];
            Position++;
        }

        CapsuleHeader.Decode(buffer[.._headerFilled], out CapsuleHeader header, out int size);
        _headerFilled = 0;
        return Begin(header, size, QuicVarInt.GetLength(buffer[0]));
    }

    /// <summary>How many bytes the header takes as far as the bytes at hand tell.</summary>
    private static int GetHeaderSize(ReadOnlySpan<byte> taken)
    {
        int type = taken.IsEmpty ? 1 : QuicVarInt.GetLength(taken[0]);
        return taken.Length <= type ? type + 1 : type + QuicVarInt.GetLength(taken[type]);
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
                _reason.Reset();
                return _length < sizeof(uint) ? Fail(WebTransportProtocolError.CapsuleFieldTruncated, _start + _lengthIndex)
                    : _length > sizeof(uint) + CapsuleEncoder.MaxReasonLength ? Fail(WebTransportProtocolError.CloseReasonTooLong, _start + _lengthIndex)
                    : OperationStatus.Done;
            case CapsuleLayout.Stream:
                _state = State.StreamId;
                _flags |= _type == _options.Dialect.GetFinalStreamCapsule() ? CapsuleFlags.Fin : CapsuleFlags.None;
                return _length == 0 ? Fail(WebTransportProtocolError.CapsuleFieldTruncated, _start + _lengthIndex) : OperationStatus.Done;
            default:
                _state = State.Pieces;
                return OperationStatus.Done;
        }
    }

    private OperationStatus Fail(WebTransportProtocolError error, long offset)
    {
        _state = State.Failed;
        _scratch.Release();
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }

    [InlineArray(CapsuleHeader.MaxSize)]
    private struct HeaderBuffer
    {
        private byte _first;
    }
}
