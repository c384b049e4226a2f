using System.Buffers;
using System.Runtime.CompilerServices;

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
public sealed class NdjsonDecoder : IDisposable
{
    // The discipline of the format; the other one is null.
    private readonly NdjsonLines? _lines;
    private readonly NdjsonTexts? _texts;
    private readonly bool _allowsUnterminated;
    private bool _continues;
    private long _failedNumber;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Limits and leniencies; <see cref="NdjsonOptions.Default"/> when null.</param>
    public NdjsonDecoder(NdjsonOptions? options = null)
    {
        options ??= NdjsonOptions.Default;
        _continues = options.ContinueOnError;
        _allowsUnterminated = options.AllowUnterminatedLastRecord;
        if (options.Format == NdjsonFormat.Lines)
        {
            _lines = new NdjsonLines(options);
        }
        else
        {
            _texts = new NdjsonTexts(options);
        }
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public NdjsonProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>How many bytes have been consumed since the start of the input.</summary>
    public long Position { get; private set; }

    /// <summary>The number of the line, or of the record of a sequence, that the decoder was in last; from 1.</summary>
    public long Number => HasFailed ? _failedNumber : _lines?.Number ?? _texts!.Number;

    /// <summary>Whether the end of the input completes one more record, good or bad.</summary>
    internal bool HasLast => HasUnfinished && (_continues || _allowsUnterminated || _texts is not null);

    /// <summary>How many bytes of a sequence have been looked into, for tests.</summary>
    internal long CheckedLength => _texts?.CheckedLength ?? 0;

    private bool HasFailed => Error != NdjsonProtocolError.None;

    /// <summary>Whether there are bytes of a record that has not ended.</summary>
    private bool HasUnfinished => !HasFailed && (_lines?.HasUnfinished ?? _texts!.HasUnfinished);

    /// <summary>Takes in the next piece of the input.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many of them were taken in.</param>
    /// <param name="record">The record, when the answer is <see cref="OperationStatus.Done"/>; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/> with a record, <see cref="OperationStatus.NeedMoreData"/> when all of
    /// <paramref name="source"/> was taken in, or <see cref="OperationStatus.InvalidData"/>: see <see cref="Error"/>.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it builds the record aside and copies it: a wide load that waits for narrow stores.
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out NdjsonRecord record)
        => TryDecodeWhole(source, out bytesConsumed, out record) ? OperationStatus.Done : DecodeStepwise(source, out bytesConsumed, out record);

    /// <summary>
    /// The input ends here: takes the record that no line feed or separator ended. Call it once, before <see cref="Complete"/>.
    /// </summary>
    /// <param name="record">The record, valid until the next call. With <see cref="NdjsonOptions.ContinueOnError"/>, it may be a bad one.</param>
    /// <returns>False when there is none, or it is bad: <see cref="Complete"/> then says how.</returns>
    public bool TryDecodeLast(out NdjsonRecord record)
    {
        record = default;
        if (HasFailed)
        {
            return false;
        }

        bool hasRecord = _lines is not null ? _lines.TryDecodeLast(Position, out record) : _texts!.TryDecodeLast(Position, out record);
        if (hasRecord && !record.IsValid && !_continues)
        {
            Fail(ref record);
            return false;
        }

        return hasRecord;
    }

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> when it ends between two records, otherwise <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Complete()
    {
        if (HasUnfinished)
        {
            Fail(NdjsonProtocolError.UnexpectedEnd, Position, Number);
        }

        return HasFailed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of another input.</summary>
    public void Reset()
    {
        _lines?.Reset();
        _texts?.Reset();
        (Position, Error, ErrorOffset) = (0, NdjsonProtocolError.None, 0);
    }

    /// <summary>Gives pooled memory back.</summary>
    public void Dispose()
    {
        _lines?.Release();
        _texts?.Release();
    }

    /// <summary>The common case of <see cref="Decode"/> in one go: a good line that is all in the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryDecodeWhole(ReadOnlySpan<byte> source, out int bytesConsumed, out NdjsonRecord record)
    {
        if (_lines is not null && _lines.TryDecodeWhole(source, Position, out bytesConsumed, out record))
        {
            Position += bytesConsumed;
            return true;
        }

        bytesConsumed = 0;
        record = default;
        return false;
    }

    /// <summary>Typed reading: an error is an error of a record.</summary>
    internal void ReadTyped()
    {
        _continues = true;
        if (_texts is not null)
        {
            // Whether a text of a sequence is whole only shows in its JSON (RFC 7464 §2.4).
            _texts.Validates = true;
        }
    }

    private OperationStatus DecodeStepwise(ReadOnlySpan<byte> source, out int bytesConsumed, out NdjsonRecord record)
    {
        if (HasFailed)
        {
            bytesConsumed = 0;
            record = default;
            return OperationStatus.InvalidData;
        }

        OperationStatus status = _lines is not null
            ? _lines.Decode(source, Position, out bytesConsumed, out record)
            : _texts!.Decode(source, Position, out bytesConsumed, out record);
        if (status == OperationStatus.Done && !record.IsValid && !_continues)
        {
            bytesConsumed = 0;
            return Fail(ref record);
        }

        Position += bytesConsumed;
        return status;
    }

    /// <summary>A bad record ends the input.</summary>
    private OperationStatus Fail(ref NdjsonRecord record)
    {
        Fail(record.Error, record.ErrorOffset, record.Number);
        record = default;
        return OperationStatus.InvalidData;
    }

    private void Fail(NdjsonProtocolError error, long offset, long number)
    {
        (Error, ErrorOffset, _failedNumber) = (error, offset, number);
        Dispose();
    }
}
