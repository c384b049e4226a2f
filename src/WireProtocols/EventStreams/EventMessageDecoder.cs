using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.EventStreams;

/// <summary>
/// Decodes messages of <c>application/vnd.amazon.eventstream</c> that arrive in pieces of any size. Headers are held until all of a message are
/// there; payloads are handed on as they come.
/// </summary>
/// <remarks>
/// An error of a checksum is at its first byte, one of a length at the first byte of that length, one of a header at its byte. The rules of what
/// messages mean are those of <see cref="AmazonEvent"/>.
/// </remarks>
public sealed class EventMessageDecoder : IDisposable
{
    private readonly EventMessageOptions _options;

    private EventHeaderScanner _scanner;
    private Scratch _headers;
    private State _state;
    private EventMessagePrelude _prelude;
    private ulong _lengths;
    private uint _sent;
    private uint _checksum;
    private int _count;
    private int _remaining;
    private long _start;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">The limits; <see cref="EventMessageOptions.Default"/> where null.</param>
    public EventMessageDecoder(EventMessageOptions? options = null)
    {
        _options = options ?? EventMessageOptions.Default;
        _scanner = new EventHeaderScanner(_options);
    }

    private enum State : byte
    {
        Prelude,
        Headers,
        Payload,
        Checksum,
        Failed,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public EventMessageProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>True between messages.</summary>
    public bool IsAtBoundary => _state == State.Prelude && _count == 0;

    /// <summary>Decodes the next piece of a message.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The piece.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out EventMessagePart element)
    {
        _headers.EndLoan();

        if (IsAtBoundary && EventMessageWhole.TryDecode(source, Position, _options, ref _scanner, out bytesConsumed, out element))
        {
            Position += bytesConsumed;
            return OperationStatus.Done;
        }

        int index = 0;
        element = default;
        OperationStatus status = _state switch
        {
            State.Prelude => TakePrelude(source, ref index),
            State.Failed => OperationStatus.InvalidData,
            _ => OperationStatus.Done,
        };
        if (status == OperationStatus.Done)
        {
            status = _state switch
            {
                State.Headers => TakeHeaders(source, ref index, out element),
                State.Payload => TakePayload(source, ref index, default, EventPartFlags.None, out element),
                _ => TakeChecksum(source, ref index, out element),
            };
        }

        bytesConsumed = index;
        return status;
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between messages, <see cref="OperationStatus.InvalidData"/> with
    /// <see cref="EventMessageProtocolError.UnexpectedEnd"/> inside of one.</returns>
    public OperationStatus Complete()
    {
        if (_state != State.Failed && !IsAtBoundary)
        {
            Fail(EventMessageProtocolError.UnexpectedEnd, Position);
        }

        return _state == State.Failed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of an input.</summary>
    public void Reset()
    {
        _headers.Release();
        _state = State.Prelude;
        _count = 0;
        Position = 0;
        Error = EventMessageProtocolError.None;
        ErrorOffset = 0;
    }

    /// <summary>Gives memory back to the pool, and forgets everything: the decoder may be used again, for another input.</summary>
    public void Dispose() => Reset();

    private OperationStatus TakePrelude(ReadOnlySpan<byte> source, scoped ref int index)
    {
        _start = Position - _count;
        for (; _count < EventMessagePrelude.Size; _count++, Position++)
        {
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            byte value = source[index++];
            _lengths = _count < sizeof(ulong) ? (_lengths << 8) | value : _lengths;
            _sent = (_sent << 8) | value;
        }

        _prelude = new EventMessagePrelude((uint)(_lengths >> 32), (uint)_lengths);
        _checksum = _prelude.Checksum;
        if (_checksum != _sent)
        {
            return Fail(EventMessageProtocolError.PreludeChecksumMismatch, _start + sizeof(ulong));
        }

        EventMessageProtocolError error = _prelude.Judge(_options, out int offending);
        if (error != EventMessageProtocolError.None)
        {
            return Fail(error, _start + offending);
        }

        Span<byte> sent = stackalloc byte[EventMessagePrelude.ChecksumSize];
        BinaryPrimitives.WriteUInt32BigEndian(sent, _sent);
        _checksum = Crc32.Append(_checksum, sent);
        _remaining = (int)_prelude.PayloadLength;
        _scanner.Begin((int)_prelude.HeadersLength);
        _state = State.Headers;
        return OperationStatus.Done;
    }

    private OperationStatus TakeHeaders(ReadOnlySpan<byte> source, scoped ref int index, out EventMessagePart element)
    {
        element = default;
        int missing = (int)_prelude.HeadersLength - _headers.Length;
        ReadOnlySpan<byte> piece = source.Slice(index, Math.Min(missing, source.Length - index));
        bool isWhole = piece.Length == missing;
        if (!isWhole)
        {
            _headers.Gather(piece);
        }

        ReadOnlySpan<byte> there = isWhole ? _headers.Lend(piece) : _headers.Gathered;
        if (!_scanner.Scan(there))
        {
            return Fail(_scanner.Error, _start + EventMessagePrelude.Size + _scanner.ErrorIndex);
        }

        _checksum = Crc32.Append(_checksum, piece);
        index += piece.Length;
        Position += piece.Length;
        return isWhole ? TakePayload(source, ref index, new EventHeaders(there), EventPartFlags.First, out element) : OperationStatus.NeedMoreData;
    }

    private OperationStatus TakePayload(
        ReadOnlySpan<byte> source, scoped ref int index, EventHeaders headers, EventPartFlags part, out EventMessagePart element)
    {
        _state = State.Payload;
        ReadOnlySpan<byte> piece = source.Slice(index, Math.Min(_remaining, source.Length - index));
        if (piece.IsEmpty && part == EventPartFlags.None)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        element = new EventMessagePart(_start, (int)_prelude.PayloadLength, part, headers, piece);
        _checksum = Crc32.Append(_checksum, piece);
        index += piece.Length;
        Position += piece.Length;
        _remaining -= piece.Length;
        if (_remaining == 0)
        {
            _state = State.Checksum;
            _count = 0;
        }

        return OperationStatus.Done;
    }

    private OperationStatus TakeChecksum(ReadOnlySpan<byte> source, scoped ref int index, out EventMessagePart element)
    {
        element = default;
        for (; _count < EventMessagePrelude.ChecksumSize; _count++, Position++)
        {
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            _sent = (_sent << 8) | source[index++];
        }

        if (_sent != _checksum)
        {
            return Fail(EventMessageProtocolError.MessageChecksumMismatch, Position - EventMessagePrelude.ChecksumSize);
        }

        element = new EventMessagePart(_start, (int)_prelude.PayloadLength, EventPartFlags.Last, default, default);
        _state = State.Prelude;
        _count = 0;
        return OperationStatus.Done;
    }

    private OperationStatus Fail(EventMessageProtocolError error, long offset)
    {
        _headers.Release();
        _state = State.Failed;
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }
}
