using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>
/// The body of a message that an endpoint receives, as a <see cref="PipeReader"/>: to its end and no further, within its limit, and with a limit
/// on how long it may make no progress.
/// </summary>
public sealed class Http1IncomingBody : PipeReader, IDisposable
{
    private readonly Http1BodyReader _body;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly long _maxLength;

    /// <param name="input">The pipe, behind the head.</param>
    /// <param name="framing">Where the body ends.</param>
    /// <param name="chunks">Limits of a chunked body.</param>
    /// <param name="timeout">How long it may make no progress.</param>
    /// <param name="time">The clock of that.</param>
    internal Http1IncomingBody(PipeReader input, Http1BodyFraming framing, ChunkedOptions chunks, TimeSpan timeout, TimeProvider time)
    {
        _body = new Http1BodyReader(input, framing, chunks);
        _maxLength = chunks.MaxBodyLength;
        _timeout = timeout;
        _time = time;
    }

    /// <summary>How the end of the body is found.</summary>
    public Http1BodyFraming Framing => _body.Framing;

    /// <summary>Whether the whole body has been read, trailers included.</summary>
    public bool IsBodyCompleted => _body.IsBodyCompleted;

    /// <summary>The trailer fields, complete when <see cref="IsBodyCompleted"/> is. Never merge them into the header.</summary>
    public IReadOnlyList<TrailerField> Trailers => _body.Trailers;

    /// <summary>What broke the body or the transport, or that it came too slowly; null while nothing has. A handler may fail of other causes, with
    /// the same types.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>What has to be done before the first byte can be waited for; null for nothing.</summary>
    internal Func<CancellationToken, ValueTask>? BeforeFirstRead { get; set; }

    /// <inheritdoc/>
    /// <exception cref="WireProtocolException">The body breaks a rule, is longer than its limit, or ends too early.</exception>
    /// <exception cref="TimeoutException">Nothing came for too long.</exception>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await ReadWithinLimitsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WireProtocolException or TimeoutException or IOException)
        {
            Failure = exception;
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            ThrowIfTooLong();
            return _body.TryRead(out result);
        }
        catch (WireProtocolException exception)
        {
            Failure = exception;
            throw;
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => _body.AdvanceTo(consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _body.AdvanceTo(consumed, examined);

    /// <inheritdoc/>
    public override void CancelPendingRead() => _body.CancelPendingRead();

    /// <summary>Says that the body will not be read any further. What is left of it is the connection's to drop.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Gives what is buffered back. The connection does this behind the exchange.</summary>
    public void Dispose() => _body.Dispose();

    /// <summary>Reads the rest and drops it.</summary>
    /// <returns>False when there was more than <paramref name="limit"/> bytes of it.</returns>
    internal ValueTask<bool> DrainAsync(long limit, CancellationToken cancellationToken) => _body.DrainAsync(limit, cancellationToken);

    private void ThrowIfTooLong()
    {
        if (_body.Framing.Kind == Http1BodyKind.Length && _body.Framing.Length > _maxLength)
        {
            throw new ChunkedProtocolException(ChunkedProtocolError.BodyTooLong, 0);
        }
    }

    private async ValueTask<ReadResult> ReadWithinLimitsAsync(CancellationToken cancellationToken)
    {
        ThrowIfTooLong();
        if (BeforeFirstRead is { } before)
        {
            BeforeFirstRead = null;
            await before(cancellationToken).ConfigureAwait(false);
        }

        if (_timeout == Timeout.InfiniteTimeSpan)
        {
            return await _body.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        return _body.TryRead(out ReadResult there) ? there : await AwaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ReadResult> AwaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _body.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The body made no progress for too long.");
        }
    }
}
