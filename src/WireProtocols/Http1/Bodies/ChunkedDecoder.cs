using System.Buffers;
using System.Buffers.Binary;

namespace WireProtocols.Http1;

/// <summary>
/// Decodes the chunked transfer coding (RFC 9112 §7.1), strictly: fed the body in pieces of any size, it yields its chunks, their data as
/// slices that are never copied, and its trailers. Bytes after the body are left alone.
/// </summary>
/// <remarks>
/// The body ends with an element of kind <see cref="ChunkedElementKind.End"/>; every later call answers the same and consumes nothing, until
/// <see cref="Reset"/>. A decoder is not safe for use by several threads at once.
/// </remarks>
public sealed class ChunkedDecoder : IDisposable
{
    /// <summary>So many digits cannot overflow an <see cref="int"/>, nor can the end of the chunk.</summary>
    private const int MostDigitsAtOnce = 7;

    private readonly ChunkedOptions _options;
    private readonly ChunkLineParser _line;
    private readonly TrailerSectionParser _trailers;
    private State _state;
    private long _size;
    private long _remaining;
    private long _bodyLeft;

    /// <summary>Creates a decoder for one body.</summary>
    /// <param name="options">Limits and leniencies; <see cref="ChunkedOptions.Default"/> when null.</param>
    public ChunkedDecoder(ChunkedOptions? options = null)
    {
        _options = options ?? ChunkedOptions.Default;
        _line = new ChunkLineParser(_options);
        _trailers = new TrailerSectionParser(_options);
        _bodyLeft = _options.MaxBodyLength;
    }

    /// <summary>What the decoder waits for.</summary>
    private enum State : byte
    {
        ChunkStart,
        ChunkLine,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        Trailers,
        Complete,
        Failed,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public ChunkedProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the body.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>How many bytes have been consumed since the start of the body.</summary>
    public long Position { get; private set; }

    /// <summary>How many bytes of payload have been handed out.</summary>
    public long BodyLength => _options.MaxBodyLength - _bodyLeft - _remaining;

    /// <summary>Whether the whole body, its trailers and its final empty line have been consumed.</summary>
    public bool IsCompleted => _state == State.Complete;

    /// <summary>Takes in the next piece of the body.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many of them were taken in.</param>
    /// <param name="element">The element that was decoded, when the answer is <see cref="OperationStatus.Done"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/> with an element, <see cref="OperationStatus.NeedMoreData"/> when all of
    /// <paramref name="source"/> was taken in, or <see cref="OperationStatus.InvalidData"/>: see <see cref="Error"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ChunkedElement element)
        => _state == State.ChunkStart && TryDecodeUsual(source, out bytesConsumed, out element)
            ? OperationStatus.Done
            : DecodeStepwise(source, out bytesConsumed, out element);

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> when the body is complete, otherwise <see cref="OperationStatus.InvalidData"/>.</returns>
    /// <remarks>"A message body that uses the chunked transfer coding is incomplete if the zero-sized chunk that terminates the encoding
    /// has not been received" (RFC 9112 §8).</remarks>
    public OperationStatus Complete()
    {
        if (_state == State.Complete)
        {
            return OperationStatus.Done;
        }

        return _state == State.Failed ? OperationStatus.InvalidData : Fail(ChunkedProtocolError.UnexpectedEnd, Position);
    }

    /// <summary>Forgets everything: the next byte is the first of another body.</summary>
    public void Reset()
    {
        _line.Reset();
        _trailers.Reset();
        (_state, _size, _remaining) = (State.ChunkStart, 0, 0);
        _bodyLeft = _options.MaxBodyLength;
        (Error, ErrorOffset, Position) = (ChunkedProtocolError.None, 0, 0);
    }

    /// <summary>Gives pooled memory back.</summary>
    public void Dispose() => ReleaseScratch();

    /// <summary>
    /// The common case in one go: a size without extensions and its CRLF, with the data as far as it is there. Whatever is not exactly that, bad
    /// input included, is left to the states.
    /// </summary>
    private bool TryDecodeUsual(ReadOnlySpan<byte> source, out int bytesConsumed, out ChunkedElement element)
    {
        ReadOnlySpan<byte> hexValues = ChunkedDigits.HexValues;
        ReadOnlySpan<byte> digits = source.Length > MostDigitsAtOnce ? source[..MostDigitsAtOnce] : source;
        int size = 0;
        int index = 0;
        while (index < digits.Length && hexValues[digits[index]] is <= 15 and byte digit)
        {
            size = (size << 4) | digit;
            index++;
        }

        int data = index + 2;
        if (size == 0 || source.Length <= data || !IsLineEnd(source, index) || size > _bodyLeft)
        {
            bytesConsumed = 0;
            element = default;
            return false;
        }

        _bodyLeft -= size;
        int end = data + size;
        if (source.Length - 2 < end || !IsLineEnd(source, end))
        {
            (_size, _remaining) = (size, size);
            bytesConsumed = data;
            ReadOnlySpan<byte> piece = SliceData(source, ref bytesConsumed);
            element = ChunkedElement.Chunk(Position, size, _remaining, piece, default);
        }
        else
        {
            bytesConsumed = end + 2;
            element = ChunkedElement.Chunk(Position, size, 0, source.Slice(data, size), default);
        }

        Position += bytesConsumed;
        return true;
    }

    private static bool IsLineEnd(ReadOnlySpan<byte> source, int index)
        => BinaryPrimitives.ReadUInt16LittleEndian(source[index..]) == ('\r' | ('\n' << 8));

    private OperationStatus DecodeStepwise(ReadOnlySpan<byte> source, out int bytesConsumed, out ChunkedElement element)
    {
        _line.EndLoan();
        _trailers.EndLoan();
        int index = 0;
        OperationStatus status = _state switch
        {
            State.Complete => CompleteBody(Position, out element),
            State.Failed => Refuse(out element),
            _ => Run(source, ref index, out element),
        };
        bytesConsumed = index;
        Position += index;
        return status;
    }

    private OperationStatus Run(ReadOnlySpan<byte> source, scoped ref int index, out ChunkedElement element)
    {
        element = default;
        while (true)
        {
            OperationStatus status;
            switch (_state)
            {
                case State.Data:
                    return TakeData(source, ref index, out element);

                case State.DataCarriageReturn or State.DataLineFeed:
                    status = TakeDataTerminator(source, ref index);
                    break;

                case < State.Data:
                    return TakeChunkLine(source, ref index, out element);

                default:
                    return TakeTrailers(source, ref index, out element);
            }

            if (status != OperationStatus.Done)
            {
                return status;
            }
        }
    }

    /// <summary>Takes the chunk line and, at its end, answers with the chunk and the data that follows it.</summary>
    private OperationStatus TakeChunkLine(ReadOnlySpan<byte> source, scoped ref int index, out ChunkedElement element)
    {
        element = default;
        if (index == source.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        _state = State.ChunkLine;
        OperationStatus status = _line.Take(source, ref index, Position, _bodyLeft, out ReadOnlySpan<byte> extensions);
        if (status == OperationStatus.InvalidData)
        {
            return Fail(_line.Error, Position + index);
        }

        if (status == OperationStatus.Done)
        {
            _size = _line.Size;
            _remaining = _size;
            _bodyLeft -= _size;
            _state = State.Trailers;
            ReadOnlySpan<byte> data = _size == 0 ? default : SliceData(source, ref index);
            element = ChunkedElement.Chunk(_line.Offset, _size, _remaining, data, extensions);
        }

        return status;
    }

    private OperationStatus TakeTrailers(ReadOnlySpan<byte> source, scoped ref int index, out ChunkedElement element)
    {
        OperationStatus status = _trailers.Take(source, ref index, Position, out element);
        if (status == OperationStatus.InvalidData)
        {
            return Fail(_trailers.Error, _trailers.ErrorOffset);
        }

        if (_trailers.IsComplete)
        {
            _state = State.Complete;
            return CompleteBody(Position + index, out element);
        }

        return status;
    }

    private OperationStatus TakeData(ReadOnlySpan<byte> source, scoped ref int index, out ChunkedElement element)
    {
        if (index == source.Length)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        long offset = Position + index;
        ReadOnlySpan<byte> piece = SliceData(source, ref index);
        element = ChunkedElement.Piece(offset, _size, _remaining, piece);
        return OperationStatus.Done;
    }

    /// <summary>Takes as much of the chunk's data as there is, and the CRLF behind it where that is there too: the next call then begins
    /// at a chunk, and can take it in one go.</summary>
    private ReadOnlySpan<byte> SliceData(ReadOnlySpan<byte> source, scoped ref int index)
    {
        ReadOnlySpan<byte> piece = source.Slice(index, (int)Math.Min(_remaining, source.Length - index));
        index += piece.Length;
        _remaining -= piece.Length;
        _state = _remaining == 0 ? State.DataCarriageReturn : State.Data;
        if (_remaining == 0 && source[index..].StartsWith("\r\n"u8))
        {
            index += 2;
            _state = State.ChunkStart;
        }

        return piece;
    }

    private OperationStatus TakeDataTerminator(ReadOnlySpan<byte> source, scoped ref int index)
    {
        while (index < source.Length)
        {
            byte value = source[index];
            if (value == '\r' && _state == State.DataCarriageReturn)
            {
                _state = State.DataLineFeed;
                index++;
            }
            else if (value == '\n' && (_state == State.DataLineFeed || _options.AllowBareLineFeed))
            {
                _state = State.ChunkStart;
                index++;
                return OperationStatus.Done;
            }
            else
            {
                return Fail(ChunkedProtocolError.MissingDataTerminator, Position + index);
            }
        }

        return OperationStatus.NeedMoreData;
    }

    private OperationStatus CompleteBody(long length, out ChunkedElement element)
    {
        element = ChunkedElement.End(length, BodyLength);
        return OperationStatus.Done;
    }

    private void ReleaseScratch()
    {
        _line.Release();
        _trailers.Release();
    }

    private static OperationStatus Refuse(out ChunkedElement element)
    {
        element = default;
        return OperationStatus.InvalidData;
    }

    private OperationStatus Fail(ChunkedProtocolError error, long offset)
    {
        _state = State.Failed;
        ReleaseScratch();
        (Error, ErrorOffset) = (error, offset);
        return OperationStatus.InvalidData;
    }
}
