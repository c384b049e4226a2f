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
    private readonly ElementReader<ElementDecoder, NdjsonRecord> _records;
    private readonly NdjsonDecoder _decoder;
    private readonly NdjsonOptions _options;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">The pipe.</param>
    /// <param name="options">Limits and leniencies; <see cref="NdjsonOptions.Default"/> when null.</param>
    public NdjsonReader(PipeReader input, NdjsonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options = options ?? NdjsonOptions.Default;
        _decoder = new NdjsonDecoder(_options);
        _records = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>How many bytes have been read.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for a record.</summary>
    /// <returns>False at the end of the input.</returns>
    /// <exception cref="NdjsonProtocolException">The input ended inside a record.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _records.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next record, if it is there.</summary>
    /// <param name="record">Valid until the next call.</param>
    /// <returns>False when more input is needed.</returns>
    /// <exception cref="NdjsonProtocolException">A record breaks a rule, and <see cref="NdjsonOptions.ContinueOnError"/> is off.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it builds the record aside and copies it: a wide load that waits for narrow stores.
    public bool TryRead(out NdjsonRecord record)
    {
        // In front of the loop that all readers share, as it spares a call: a good line that is all there.
        if (_decoder.TryDecodeWhole(_records.Unread, out int consumed, out record))
        {
            _records.Advance(consumed);
            return true;
        }

        return _records.TryRead(out record);
    }

    /// <summary>Reads to the end of the input, copying each record.</summary>
    /// <exception cref="NdjsonProtocolException">A record breaks a rule, and <see cref="NdjsonOptions.ContinueOnError"/> is off.</exception>
    public async IAsyncEnumerable<OwnedNdjsonRecord> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadOwned() is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>Gives unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _records.Release();
        _decoder.Dispose();
    }

    private OwnedNdjsonRecord? TryReadOwned() => TryRead(out NdjsonRecord record) ? record.ToOwned() : null;

    private readonly struct ElementDecoder(NdjsonDecoder decoder) : IElementDecoder<NdjsonRecord>
    {
        public bool IsCompleted => false;

        public bool HasLast => decoder.HasLast;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out NdjsonRecord record)
            => decoder.Decode(source, out bytesConsumed, out record);

        public OperationStatus DecodeLast(out NdjsonRecord record)
            => decoder.TryDecodeLast(out record) ? OperationStatus.Done : decoder.Complete();

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new NdjsonProtocolException(decoder.Error, decoder.ErrorOffset, decoder.Number);
    }
}
