using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// Decodes the frames of a request or control stream (RFC 9114 §7) that arrive in pieces of any size, and holds them to the order and
/// the streams that their types allow. DATA comes in pieces; other known frames come whole, up to a limit; unknown ones are skipped.
/// </summary>
/// <remarks>The offset of an error is that of the frame for its type, of the length for a wrong length, of the offending byte else.</remarks>
public sealed class Http3FrameDecoder : IDisposable
{
    private static readonly CapsuleShape OneInteger = new(CapsuleLayout.Integers, CapsuleField.Maximum);

    private readonly Http3StreamKind _kind;
    private readonly int _maxFrameSize;

    private State _state;
    private Http3FrameOrder _order;
    private long _type;
    private long _length;
    private long _remaining;
    private long _start;
    private int _headerLength;
    private bool _isFirst;
    private PooledBuffer _payload;
    private HeaderBuffer _header;
    private int _headerFilled;

    /// <summary>Creates a decoder.</summary>
    /// <param name="kind">The kind of stream.</param>
    /// <param name="maxFrameSize">The largest payload in bytes of a frame that has to be held whole, such as HEADERS and SETTINGS.</param>
    public Http3FrameDecoder(Http3StreamKind kind, int maxFrameSize = 64 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxFrameSize);
        _kind = kind;
        _maxFrameSize = maxFrameSize;
        _order = new Http3FrameOrder(kind);
    }

    private enum State : byte
    {
        Type,
        Length,
        Data,
        Whole,
        Skip,
        Failed,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public WebTransportProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>True between frames: the input may end here.</summary>
    public bool IsAtBoundary => _state == State.Type && _headerFilled == 0;

    /// <summary>From here on only DATA is allowed, since the stream is a CONNECT stream that was accepted.</summary>
    public void EnterTunnel() => _order.EnterTunnel();

    /// <summary>Decodes the next frame or piece of one.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The frame or the piece.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out Http3Frame element)
    {
        int index = 0;
        OperationStatus status;
        element = default;
        do
        {
            status = _state switch
            {
                State.Type => TakeType(source, ref index),
                State.Length => TakeLength(source, ref index),
                State.Data => TakeData(source, ref index, out element),
                State.Whole => TakeWhole(source, ref index, out element),
                State.Skip => Skip(source, ref index),
                _ => OperationStatus.InvalidData,
            };
        }
        while (status == OperationStatus.Done && element.HeaderLength == 0);

        bytesConsumed = index;
        return status;
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between frames; otherwise <see cref="OperationStatus.InvalidData"/> with
    /// <see cref="WebTransportProtocolError.UnexpectedEnd"/>.</returns>
    public OperationStatus Complete()
    {
        if (_state != State.Failed && !IsAtBoundary)
        {
            Fail(WebTransportProtocolError.UnexpectedEnd, Position);
        }

        return _state == State.Failed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of a stream.</summary>
    public void Reset()
    {
        _payload.Release();
        _state = State.Type;
        _order = new Http3FrameOrder(_kind);
        _headerFilled = 0;
        Position = 0;
        Error = WebTransportProtocolError.None;
        ErrorOffset = 0;
    }

    /// <summary>Gives pooled scratch back.</summary>
    public void Dispose() => _payload.Release();

    private OperationStatus TakeType(ReadOnlySpan<byte> source, scoped ref int index)
    {
        _payload.Release();
        if (!TryTakeInteger(source, ref index, out _type))
        {
            return OperationStatus.NeedMoreData;
        }

        _start = Position - _headerLength;
        WebTransportProtocolError error = _order.Take(_type);
        if (error != WebTransportProtocolError.None)
        {
            return Fail(error, _start);
        }

        _state = State.Length;
        return OperationStatus.Done;
    }

    private OperationStatus TakeLength(ReadOnlySpan<byte> source, scoped ref int index)
    {
        int typeLength = _headerLength;
        long lengthStart = _start + typeLength;
        if (!TryTakeInteger(source, ref index, out _length))
        {
            _headerLength = typeLength;
            return OperationStatus.NeedMoreData;
        }

        _headerLength += typeLength;
        _remaining = _length;
        _isFirst = true;
        _state = _type == Http3FrameType.Data ? State.Data : Http3FrameType.GetName(_type) is null ? State.Skip : State.Whole;
        return _state == State.Whole && _length > _maxFrameSize ? Fail(WebTransportProtocolError.FrameTooLarge, lengthStart)
            : IsOneInteger && _length == 0 ? Fail(WebTransportProtocolError.FramePayloadMalformed, lengthStart)
            : OperationStatus.Done;
    }

    private OperationStatus TakeData(ReadOnlySpan<byte> source, scoped ref int index, out Http3Frame element)
    {
        element = default;
        int count = (int)Math.Min(_remaining, source.Length - index);
        if (count == 0 && _remaining > 0 && !_isFirst)
        {
            return OperationStatus.NeedMoreData;
        }

        _remaining -= count;
        element = new Http3Frame(_start, _type, _length, _headerLength, _isFirst, _remaining == 0, source.Slice(index, count));
        _isFirst = false;
        index += count;
        Position += count;
        _state = _remaining == 0 ? State.Type : State.Data;
        return OperationStatus.Done;
    }

    private OperationStatus TakeWhole(ReadOnlySpan<byte> source, scoped ref int index, out Http3Frame element)
    {
        element = default;
        ReadOnlySpan<byte> fresh = source.Slice(index, (int)Math.Min(_remaining, source.Length - index));
        ReadOnlySpan<byte> arrived = fresh;
        if (fresh.Length < _length)
        {
            _payload.Append(fresh);
            arrived = _payload.Written;
        }

        index += fresh.Length;
        Position += fresh.Length;
        _remaining -= fresh.Length;
        CapsuleIntegers integers = default;
        if (IsOneInteger && OneInteger.Parse(arrived, _length, out integers, out _, out int errorIndex) == OperationStatus.InvalidData)
        {
            return Fail(WebTransportProtocolError.FramePayloadMalformed, _start + _headerLength + errorIndex);
        }

        if (_remaining > 0)
        {
            return OperationStatus.NeedMoreData;
        }

        _state = State.Type;
        element = new Http3Frame(_start, _type, _length, _headerLength, true, true, arrived, integers.Value);
        return OperationStatus.Done;
    }

    private OperationStatus Skip(ReadOnlySpan<byte> source, scoped ref int index)
    {
        int count = (int)Math.Min(_remaining, source.Length - index);
        index += count;
        Position += count;
        _remaining -= count;
        if (_remaining > 0)
        {
            return OperationStatus.NeedMoreData;
        }

        _state = State.Type;
        return OperationStatus.Done;
    }

    private bool IsOneInteger => _type is Http3FrameType.GoAway or Http3FrameType.MaxPushId or Http3FrameType.CancelPush;

    /// <summary>Takes a variable-length integer; its length is left in <see cref="_headerLength"/>.</summary>
    private bool TryTakeInteger(ReadOnlySpan<byte> source, scoped ref int index, out long value)
    {
        Span<byte> buffer = _header;
        while (_headerFilled == 0 || _headerFilled < QuicVarInt.GetLength(buffer[0]))
        {
            if (index == source.Length)
            {
                value = 0;
                return false;
            }

            buffer[_headerFilled++] = source[index++];
            Position++;
        }

        QuicVarInt.Decode(buffer[.._headerFilled], out value, out _headerLength);
        _headerFilled = 0;
        return true;
    }

    private OperationStatus Fail(WebTransportProtocolError error, long offset)
    {
        _state = State.Failed;
        _payload.Release();
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }

    [InlineArray(QuicVarInt.MaxLength)]
    private struct HeaderBuffer
    {
        private byte _first;
    }
}
