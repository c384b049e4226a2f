using System.Buffers;
using System.Buffers.Binary;

namespace WireProtocols.Rpc;

/// <summary>
/// Decodes the envelopes of gRPC (PROTOCOL-HTTP2 §Requests), gRPC-Web (PROTOCOL-WEB §Protocol differences) and Connect (connect-protocol
/// §Streaming-Request) that arrive in pieces of any size. Nothing but the header is held.
/// </summary>
/// <remarks>
/// An error of flags is at the byte of flags, one of a length at its first byte. The rules of what an end of stream says are those of
/// <see cref="GrpcWebTrailers"/> and <see cref="ConnectJson"/>.
/// </remarks>
public sealed class RpcEnvelopeDecoder
{
    private readonly RpcEnvelopeOptions _options;
    private readonly int _maxMessageLength;
    private readonly RpcEnvelopeBits _endFlag;

    private State _state;
    private RpcEnvelopeBits _flags;
    private RpcPartFlags _part;
    private uint _length;
    private int _headerLength;
    private int _remaining;
    private long _start;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Protocol, direction and limits; <see cref="RpcEnvelopeOptions.Default"/> where null.</param>
    public RpcEnvelopeDecoder(RpcEnvelopeOptions? options = null)
    {
        _options = options ?? RpcEnvelopeOptions.Default;
        _maxMessageLength = _options.MaxMessageLength;
        _endFlag = _options.EndFlag;
    }

    private enum State : byte
    {
        Header,
        Payload,
        Ended,
        Failed,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public RpcProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>True between envelopes.</summary>
    public bool IsAtBoundary => _state == State.Ended || (_state == State.Header && _headerLength == 0);

    /// <summary>True behind the end of a stream: nothing may follow.</summary>
    public bool HasEnded => _state == State.Ended;

    /// <summary>Decodes the next piece of a message.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The piece.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out RpcMessagePart element)
    {
        // A whole message in one segment, neither compressed nor an end, the common case, needs no state at all.
        if (_state == State.Header && _headerLength == 0 && source.Length >= RpcEnvelopeHeader.Size && source[0] == 0)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(source[1..]);
            if (length <= (uint)(source.Length - RpcEnvelopeHeader.Size) && length <= (uint)_maxMessageLength)
            {
                const RpcPartFlags Whole = RpcPartFlags.First | RpcPartFlags.Last;
                element = new RpcMessagePart(
                    Position, RpcEnvelopeBits.None, (int)length, Whole, source.Slice(RpcEnvelopeHeader.Size, (int)length));
                bytesConsumed = RpcEnvelopeHeader.Size + (int)length;
                Position += bytesConsumed;
                return OperationStatus.Done;
            }
        }

        return DecodeStep(source, out bytesConsumed, out element);
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.InvalidData"/>: inside an envelope with
    /// <see cref="RpcProtocolError.UnexpectedEnd"/>, before the end that a response has to have with
    /// <see cref="RpcProtocolError.MissingEnd"/>.</returns>
    public OperationStatus Complete()
    {
        if (_state != State.Failed && !IsAtBoundary)
        {
            Fail(RpcProtocolError.UnexpectedEnd, Position);
        }
        else if (_state == State.Header && _options.IsResponse && _options.RequiresEnd && _endFlag != RpcEnvelopeBits.None)
        {
            Fail(RpcProtocolError.MissingEnd, Position);
        }

        return _state == State.Failed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of an input.</summary>
    public void Reset()
    {
        _state = State.Header;
        _headerLength = 0;
        Position = 0;
        Error = RpcProtocolError.None;
        ErrorOffset = 0;
    }

    private OperationStatus DecodeStep(ReadOnlySpan<byte> source, out int bytesConsumed, out RpcMessagePart element)
    {
        int index = 0;
        element = default;
        OperationStatus status = _state switch
        {
            State.Failed => OperationStatus.InvalidData,
            State.Payload => OperationStatus.Done,
            _ => TakeHeader(source, ref index),
        };
        if (status == OperationStatus.Done)
        {
            status = TakePiece(source, ref index, out element);
        }

        bytesConsumed = index;
        return status;
    }

    private OperationStatus TakeHeader(ReadOnlySpan<byte> source, scoped ref int index)
    {
        while (_headerLength < RpcEnvelopeHeader.Size)
        {
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            byte value = source[index];
            if (_headerLength > 0)
            {
                _length = (_length << 8) | value;
            }
            else if (!TryBegin((RpcEnvelopeBits)value))
            {
                return OperationStatus.InvalidData;
            }

            index++;
            Position++;
            _headerLength++;
        }

        bool isEnd = (_flags & _endFlag) != 0;
        if (_length > (uint)(isEnd ? _options.MaxEndLength : _maxMessageLength))
        {
            return Fail(isEnd ? RpcProtocolError.EndTooLarge : RpcProtocolError.MessageTooLarge, _start + 1);
        }

        _state = State.Payload;
        _part = RpcPartFlags.First;
        _remaining = (int)_length;
        return OperationStatus.Done;
    }

    /// <summary>Looks at the flags, the first byte of an envelope.</summary>
    private bool TryBegin(RpcEnvelopeBits flags)
    {
        RpcProtocolError error = _state == State.Ended ? RpcProtocolError.BytesAfterEnd
            : (flags & ~(RpcEnvelopeBits.Compressed | _endFlag)) != 0 ? RpcProtocolError.ReservedFlags
            : (flags & _endFlag) != 0 && !_options.IsResponse ? RpcProtocolError.EndInRequest
            : (flags & RpcEnvelopeBits.Compressed) != 0 && _options.Encoding is null ? RpcProtocolError.CompressedWithoutEncoding
            : RpcProtocolError.None;
        if (error != RpcProtocolError.None)
        {
            Fail(error, Position);
            return false;
        }

        _flags = flags;
        _length = 0;
        _start = Position;
        return true;
    }

    private OperationStatus TakePiece(ReadOnlySpan<byte> source, scoped ref int index, out RpcMessagePart element)
    {
        int count = Math.Min(_remaining, source.Length - index);
        if (count == 0 && _part == RpcPartFlags.None)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        _remaining -= count;
        RpcPartFlags part = _part | (_remaining == 0 ? RpcPartFlags.Last : RpcPartFlags.None);
        element = new RpcMessagePart(_start, _flags, (int)_length, part, source.Slice(index, count));
        _part = RpcPartFlags.None;
        index += count;
        Position += count;
        if (_remaining == 0)
        {
            _headerLength = 0;
            _state = (_flags & _endFlag) != 0 ? State.Ended : State.Header;
        }

        return OperationStatus.Done;
    }

    private OperationStatus Fail(RpcProtocolError error, long offset)
    {
        _state = State.Failed;
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }
}
