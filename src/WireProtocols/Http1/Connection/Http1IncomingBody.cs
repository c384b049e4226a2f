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
    private Func<CancellationToken, ValueTask>? _beforeFirstRead;

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

    /// <summary>What has to be done before the first byte can be waited for; null for nothing.</summary>
    internal Func<CancellationToken, ValueTask>? BeforeFirstRead
    {
        get => _beforeFirstRead;
        set => _beforeFirstRead = value;
    }

    /// <inheritdoc/>
    /// <exception cref="WireProtocolException">The body breaks a rule, is longer than its limit, or ends too early.</exception>
    /// <exception cref="TimeoutException">Nothing came for too long.</exception>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_body.Framing.Kind == Http1BodyKind.Length && _body.Framing.Length > _maxLength)
        {
            throw new ChunkedProtocolException(ChunkedProtocolError.BodyTooLong, 0);
        }

        if (_beforeFirstRead is { } before)
        {
            _beforeFirstRead = null;
            await before(cancellationToken).ConfigureAwait(false);
        }

        ValueTask<ReadResult> reading = _body.ReadAsync(cancellationToken);
        if (reading.IsCompleted || _timeout == Timeout.InfiniteTimeSpan)
        {
            return await reading.ConfigureAwait(false);
        }

        return await AwaitAsync(reading, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result) => _body.TryRead(out result);

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

    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> reading, CancellationToken cancellationToken)
    {
        // The time limit ends the read as CancelPendingRead does, which the pipe beneath knows how to undo.
        using CancellationTokenSource timeout = new(_timeout, _time);
        using CancellationTokenRegistration registration = timeout.Token.Register(static body => ((Http1BodyReader)body!).CancelPendingRead(), _body);
        ReadResult result = await reading.ConfigureAwait(false);
        if (result.IsCanceled && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            throw new TimeoutException("The body made no progress for too long.");
        }

        return result;
    }
}
