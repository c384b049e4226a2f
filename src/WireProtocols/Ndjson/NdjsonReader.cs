using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>
/// Reads the records of NDJSON (ndjson-spec 1.0) or of a JSON text sequence (RFC 7464) from a pipe, as bytes or as values of a type. It does
/// not complete the pipe.
/// </summary>
public sealed partial class NdjsonReader : IDisposable
{
    private readonly PipeInput _input;
    private readonly NdjsonDecoder _decoder;
    private readonly NdjsonOptions _options;
    private bool _ended;

    /// <summary>Creates a reader.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="options">Limits and leniencies; <see cref="NdjsonOptions.Default"/> when null.</param>
    public NdjsonReader(PipeReader pipe, NdjsonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        _input = new PipeInput(pipe);
        _options = options ?? NdjsonOptions.Default;
        _decoder = new NdjsonDecoder(_options);
    }

    /// <summary>How many bytes have been read.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for a record.</summary>
    /// <returns>False at the end of the input.</returns>
    /// <exception cref="NdjsonProtocolException">The input ended inside a record.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<bool> pending = _input.ReadAsync(cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<bool>(pending.Result || AtEnd()) : AwaitAsync(pending);
    }

    /// <summary>Takes the next record, if it is there.</summary>
    /// <param name="record">Valid until the next call.</param>
    /// <returns>False when more input is needed.</returns>
    /// <exception cref="NdjsonProtocolException">A record breaks a rule, and <see cref="NdjsonOptions.ContinueOnError"/> is off.</exception>
    public bool TryRead(out NdjsonRecord record)
    {
        while (true)
        {
            OperationStatus status = _decoder.Decode(_input.Unread, out int consumed, out record);
            _input.Advance(consumed);
            if (status == OperationStatus.Done)
            {
                return true;
            }

            if (status == OperationStatus.InvalidData)
            {
                throw CreateException();
            }

            if (!_input.TryMoveToNextSegment())
            {
                return _ended && TryReadLast(out record);
            }
        }
    }

    /// <summary>Reads to the end of the input, copying each record.</summary>
    /// <exception cref="NdjsonProtocolException">A record breaks a rule, and <see cref="NdjsonOptions.ContinueOnError"/> is off.</exception>
    public async IAsyncEnumerable<OwnedNdjsonRecord> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadItem() is { } item)
            {
                yield return item;
            }
        }
    }

    /// <summary>Gives unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _input.Release();
        _decoder.Dispose();
    }

    private OwnedNdjsonRecord? TryReadItem() => TryRead(out NdjsonRecord record) ? new OwnedNdjsonRecord(record) : null;

    /// <summary>The record that only the end of the input ends.</summary>
    private bool TryReadLast(out NdjsonRecord record)
    {
        if (_decoder.TryDecodeLast(out record))
        {
            return true;
        }

        return _decoder.Complete() == OperationStatus.Done ? false : throw CreateException();
    }

    private async ValueTask<bool> AwaitAsync(ValueTask<bool> pending) => await pending.ConfigureAwait(false) || AtEnd();

    /// <returns>Whether there is a last record to read.</returns>
    private bool AtEnd()
    {
        _ended = true;
        if (_decoder.HasUnfinished && (_typed || _options.ContinueOnError || _options.AllowUnterminatedLastRecord || _options.Format == NdjsonFormat.TextSequence))
        {
            return true;
        }

        return _decoder.Complete() == OperationStatus.Done ? false : throw CreateException();
    }

    private NdjsonProtocolException CreateException() => new(_decoder.Error, _decoder.ErrorOffset, _decoder.Number);
}
