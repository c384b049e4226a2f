using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// Decodes the chunked transfer coding (RFC 9112 §7.1), strictly: fed the body in pieces of any size, it yields its chunks, their data as
/// slices that are never copied, and its trailers. Bytes after the body are left alone.
/// </summary>
/// <remarks>
/// The body ends with an element of kind <see cref="ChunkedElementKind.End"/>; every later call answers the same and consumes nothing, until
/// <see cref="Reset"/>. A decoder is not safe for use by several threads at once.
/// </remarks>
public sealed partial class ChunkedDecoder : IDisposable
{
    /// <summary>What the decoder waits for.</summary>
    private enum State : byte
    {
        Size,
        AfterSize,
        BeforeExtensionName,
        ExtensionName,
        AfterExtensionName,
        BeforeExtensionValue,
        ExtensionToken,
        ExtensionQuoted,
        ExtensionEscape,
        AfterExtensionValue,
        LineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLineFeed,
        FinalLineFeed,
        Complete,
        Failed,
    }

    /// <summary>So many digits cannot overflow an <see cref="int"/>, nor can the end of the chunk.</summary>
    private const int MostDigitsAtOnce = 7;

    private readonly ChunkedOptions _options;
    private State _state;
    private PooledBuffer _line;
    private bool _lineTaken;
    private bool _endsBlank;
    private long _lineOffset;
    private long _size;
    private long _remaining;
    private long _bodyLeft;
    private int _digits;
    private int _lineLength;
    private int _extensionBytes;
    private int _trailers;
    private int _trailerBytes;
    private int _nameLength;

    /// <summary>Creates a decoder for one body.</summary>
    /// <param name="options">Limits and leniencies; <see cref="ChunkedOptions.Default"/> when null.</param>
    public ChunkedDecoder(ChunkedOptions? options = null)
    {
        _options = options ?? ChunkedOptions.Default;
        _bodyLeft = _options.MaxBodyLength;
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
        => _state == State.Size && _digits == 0 && TryDecodeWholeChunk(source, out bytesConsumed, out element)
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
        _line.Release();
        (_state, _lineTaken, _digits, _size, _remaining) = (State.Size, false, 0, 0, 0);
        (_lineLength, _extensionBytes, _trailers, _trailerBytes) = (0, 0, 0, 0);
        _bodyLeft = _options.MaxBodyLength;
        (Error, ErrorOffset, Position) = (ChunkedProtocolError.None, 0, 0);
    }

    /// <summary>Gives pooled memory back.</summary>
    public void Dispose() => _line.Release();

    /// <summary>
    /// The common case in one go: a size without extensions, its data, and both CRLFs, all in the source. Whatever is not exactly that,
    /// bad input included, is left to the states.
    /// </summary>
    private bool TryDecodeWholeChunk(ReadOnlySpan<byte> source, out int bytesConsumed, out ChunkedElement element)
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
        int end = data + size;
        if (size == 0 || source.Length - 2 < end || !IsLineEnd(source, index) || !IsLineEnd(source, end) || size > _bodyLeft)
        {
            bytesConsumed = 0;
            element = default;
            return false;
        }

        element = ChunkedElement.Chunk(Position, size, 0, source.Slice(data, size), default);
        bytesConsumed = end + 2;
        Position += bytesConsumed;
        _bodyLeft -= size;
        return true;
    }

    private static bool IsLineEnd(ReadOnlySpan<byte> source, int index)
        => BinaryPrimitives.ReadUInt16LittleEndian(source[index..]) == ('\r' | ('\n' << 8));

    private OperationStatus DecodeStepwise(ReadOnlySpan<byte> source, out int bytesConsumed, out ChunkedElement element)
    {
        if (_lineTaken)
        {
            _lineTaken = false;
            _line.Release();
        }

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
                    status = TakeChunkLine(source, ref index, out element);
                    if (status == OperationStatus.Done)
                    {
                        return status;
                    }

                    break;

                default:
                    return TakeTrailerSection(source, ref index, out element);
            }

            if (status != OperationStatus.Done)
            {
                return status;
            }
        }
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
            _state = State.Size;
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
                _state = State.Size;
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
        _line.Release();
        element = ChunkedElement.End(length, BodyLength);
        return OperationStatus.Done;
    }

    private static OperationStatus Refuse(out ChunkedElement element)
    {
        element = default;
        return OperationStatus.InvalidData;
    }

    private OperationStatus Fail(ChunkedProtocolError error, long offset)
    {
        _state = State.Failed;
        _line.Release();
        (Error, ErrorOffset) = (error, offset);
        return OperationStatus.InvalidData;
    }
}
