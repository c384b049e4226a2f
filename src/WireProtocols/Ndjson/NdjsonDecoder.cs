using System.Buffers;
using System.Text.Json;
using WireProtocols.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>
/// Tells the records of NDJSON (ndjson-spec 1.0) or of a JSON text sequence (RFC 7464) apart, strictly: fed the input in pieces of any size,
/// it yields each record as one slice, which is copied only where the record spans pieces.
/// </summary>
/// <remarks>
/// With <see cref="NdjsonOptions.ContinueOnError"/>, a bad record is an element like any other, with its <see cref="NdjsonRecord.Error"/>;
/// otherwise the first violation ends the input. At the end of the input, <see cref="TryDecodeLast"/> hands out what only the end of the
/// input terminates, and <see cref="Complete"/> says whether the input ended well. A decoder is not safe for use by several threads at once.
/// </remarks>
public sealed partial class NdjsonDecoder : IDisposable
{
    private const int ByteOrderMarkLength = 3;

    private readonly NdjsonOptions _options;
    private readonly int _maxLength;
    private State _state;
    private bool _validate;
    private bool _continue;
    private LineFeeds _lineFeeds;
    private bool _atLineStart;
    private PooledBuffer _pending;
    private bool _pendingTaken;
    private long _recordOffset;
    private long _number;

    // Of a text sequence: how much of the text has been read, and where the reader stands in it.
    private JsonReaderState _json;
    private int _read;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Limits and leniencies; <see cref="NdjsonOptions.Default"/> when null.</param>
    public NdjsonDecoder(NdjsonOptions? options = null)
    {
        _options = options ?? NdjsonOptions.Default;
        _maxLength = _options.MaxRecordLength;
        _validate = _options.Validate;
        _continue = _options.ContinueOnError;
        Reset();
    }

    /// <summary>What the decoder waits for.</summary>
    private enum State : byte
    {
        Line,
        RestOfBadLine,
        FirstSeparator,
        Text,
        RestOfText,
        RestOfBadText,
        Failed,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public NdjsonProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>How many bytes have been consumed since the start of the input.</summary>
    public long Position { get; private set; }

    /// <summary>The number of the line, or of the record of a sequence, that the decoder was in last; from 1.</summary>
    public long Number => _number;

    /// <summary>Takes in the next piece of the input.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many of them were taken in.</param>
    /// <param name="record">The record, when the answer is <see cref="OperationStatus.Done"/>; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/> with a record, <see cref="OperationStatus.NeedMoreData"/> when all of
    /// <paramref name="source"/> was taken in, or <see cref="OperationStatus.InvalidData"/>: see <see cref="Error"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out NdjsonRecord record)
        => _atLineStart && TryDecodeWholeLine(source, out bytesConsumed, out record)
            ? OperationStatus.Done
            : DecodeStepwise(source, out bytesConsumed, out record);

    /// <summary>
    /// The input ends here: takes the record that no line feed or separator ended. Call it once, before <see cref="Complete"/>.
    /// </summary>
    /// <param name="record">The record, valid until the next call. With <see cref="NdjsonOptions.ContinueOnError"/>, it may be a bad one.</param>
    /// <returns>False when there is none, or it is bad: <see cref="Complete"/> then says how.</returns>
    public bool TryDecodeLast(out NdjsonRecord record)
    {
        ReleaseTaken();
        if (!HasUnfinished)
        {
            record = default;
            return false;
        }

        return (_state == State.Line ? DecodeLastLine(out record) : DecodeLastText(out record)) == OperationStatus.Done;
    }

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> when it ends between two records, otherwise <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Complete()
    {
        if (_state == State.Failed)
        {
            return OperationStatus.InvalidData;
        }

        return HasUnfinished ? Fail(NdjsonProtocolError.UnexpectedEnd, Position) : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of another input.</summary>
    public void Reset()
    {
        _pending.Release();
        _lineFeeds.Reset();
        (_pendingTaken, _atLineStart) = (false, false);
        _state = _options.Format == NdjsonFormat.Lines ? State.Line : State.FirstSeparator;
        _number = _options.Format == NdjsonFormat.Lines ? 1 : 0;
        (_recordOffset, Position, Error, ErrorOffset) = (0, 0, NdjsonProtocolError.None, 0);
    }

    /// <summary>Gives pooled memory back.</summary>
    public void Dispose() => _pending.Release();

    /// <summary>Whether there are bytes of a record that has not ended.</summary>
    internal bool HasUnfinished => !_pendingTaken && _state != State.Failed && _pending.Length > 0;

    /// <summary>Typed reading: the serializer checks the records, and an error is an error of a record.</summary>
    internal void LeaveCheckingToSerializer()
    {
        // Whether a text of a sequence is whole only shows in its JSON (RFC 7464 §2.4).
        _validate = _options.Format == NdjsonFormat.TextSequence;
        _continue = true;
    }

    private OperationStatus DecodeStepwise(ReadOnlySpan<byte> source, out int bytesConsumed, out NdjsonRecord record)
    {
        ReleaseTaken();
        if (_state == State.Line && _pending.Length == 0)
        {
            // The lines before were taken in one go.
            _recordOffset = Position;
        }

        int index = 0;
        OperationStatus status = _state switch
        {
            State.Line or State.RestOfBadLine => DecodeLine(source, ref index, out record),
            State.Failed => Refuse(out record),
            _ => DecodeText(source, ref index, out record),
        };
        bytesConsumed = index;
        Position += index;
        _atLineStart = _state == State.Line && _pending.Length == 0 && Position > 0;
        return status;
    }

    /// <summary>What stands between the pieces before and the first <paramref name="count"/> bytes of this one, as one slice.</summary>
    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> source, int count)
    {
        if (_pending.Length == 0)
        {
            return source[..count];
        }

        _pending.Append(source[..count]);
        _pendingTaken = true;
        return _pending.Written;
    }

    private void ReleaseTaken()
    {
        if (_pendingTaken)
        {
            _pendingTaken = false;
            _pending.Release();
        }
    }

    /// <summary>A bad record: the end of the input, or an element that says so.</summary>
    private OperationStatus Bad(NdjsonProtocolError error, long offset, ReadOnlySpan<byte> data, out NdjsonRecord record)
    {
        record = default;
        if (!_continue)
        {
            return Fail(error, offset);
        }

        record = new NdjsonRecord(_number, _recordOffset, data, error, offset);
        return OperationStatus.Done;
    }

    private static OperationStatus Refuse(out NdjsonRecord record)
    {
        record = default;
        return OperationStatus.InvalidData;
    }

    private OperationStatus Fail(NdjsonProtocolError error, long offset)
    {
        _state = State.Failed;
        _pending.Release();
        (Error, ErrorOffset) = (error, offset);
        return OperationStatus.InvalidData;
    }
}
