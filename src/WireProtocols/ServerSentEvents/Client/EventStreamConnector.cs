using System.Runtime.ExceptionServices;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Connects, and connects again when the stream has ended or was lost (HTML §9.2.3). It owns the connection, the state, the last event ID between two
/// connections and the back-off; the client asks it for bytes. One caller at a time, <see cref="Stop"/> excepted.
/// </summary>
internal sealed class EventStreamConnector(HttpClient http, Func<HttpRequestMessage> createRequest, EventStreamClientOptions options) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly EventStreamBackoff _backoff = new(options);
    private EventStreamAttempt? _attempt;
    private string _lastEventId = options.LastEventId;
    private bool _hasBroughtEvent;

    /// <summary>The connection that is open; null between two.</summary>
    public EventStreamConnection? Connection { get; private set; }

    /// <summary>The state of the connection.</summary>
    public EventStreamState State { get; private set; }

    /// <summary>Where the stream comes from after redirects; null until the first response.</summary>
    public Uri? FinalUri { get; private set; }

    public string LastEventId => Connection?.Reader.LastEventId ?? _lastEventId;

    public TimeSpan ReconnectionTime => _backoff.ReconnectionTime;

    /// <summary>Waits for bytes, over as many connections as that takes.</summary>
    /// <returns>False when nothing will come.</returns>
    public async Task<bool> WaitAsync()
    {
        try
        {
            while (true)
            {
                Exception? cause = null;
                try
                {
                    if (Connection is null && !await ConnectAsync().ConfigureAwait(false))
                    {
                        Enter(EventStreamState.Closed, TimeSpan.Zero, null);
                        return false;
                    }

                    if (await Connection!.WaitToReadAsync().ConfigureAwait(false))
                    {
                        return true;
                    }
                }
                catch (Exception e) when (IsLoss(e))
                {
                    cause = e;
                }

                Drop();
                if (!MayReconnect(cause))
                {
                    return false;
                }

                await DelayAsync(cause).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Drop();
            return false;
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
    }

    /// <summary>The server sets the reconnection time.</summary>
    public void SetReconnectionTime(long milliseconds) => _backoff.SetReconnectionTime(milliseconds);

    /// <summary>Ends for good. A wait under way gives false; where there is none, the caller drops the connection.</summary>
    public void Stop()
    {
        _stop.Cancel();
        Connection?.Abort();
        Enter(EventStreamState.Closed, TimeSpan.Zero, null);
    }

    /// <summary>Gives the connection up, and keeps its last event ID.</summary>
    public void Drop()
    {
        if (Connection is { } connection)
        {
            Connection = null;
            _lastEventId = connection.Reader.LastEventId;
            _hasBroughtEvent = connection.HasBroughtEvent;
            connection.Dispose();
        }
    }

    /// <summary>Closes with the error that ended the stream.</summary>
    public void Fail(Exception cause)
    {
        Drop();
        Enter(EventStreamState.Closed, TimeSpan.Zero, cause);
    }

    public void Dispose() => _stop.Dispose();

    /// <returns>False when the server says to stop.</returns>
    private async ValueTask<bool> ConnectAsync()
    {
        _stop.Token.ThrowIfCancellationRequested();
        EventStreamAttempt attempt = _attempt = new EventStreamAttempt(http, createRequest(), options);
        try
        {
            Connection = await attempt.ConnectAsync(_lastEventId, _backoff, _stop.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is null && attempt.IsUnsendable())
        {
            // Nothing was sent, and nothing will be the next time: this is no lost connection.
            throw new InvalidOperationException("The request holds a field that cannot be sent.", e);
        }
        finally
        {
            FinalUri = attempt.FinalUri ?? FinalUri;
        }

        if (Connection is not null)
        {
            Enter(EventStreamState.Open, TimeSpan.Zero, null);
        }

        return Connection is not null;
    }

    /// <summary>What is a network error or a passing one of the server, and not a failure of the stream or of the caller.</summary>
    private bool IsLoss(Exception exception) => exception switch
    {
        HttpRequestException or IOException => true,
        EventStreamProtocolException { Error: EventStreamProtocolError.NoElement } => true,
        EventStreamProtocolException { Refusal: not null } => _attempt!.IsTransient,
        OperationCanceledException => !_stop.IsCancellationRequested,
        _ => false,
    };

    private bool MayReconnect(Exception? cause)
    {
        _backoff.Note(_hasBroughtEvent);
        bool may = options.Reconnection switch
        {
            EventStreamReconnection.Always => true,
            EventStreamReconnection.Never => false,
            _ => _attempt is not { IsSafe: false },
        };
        if (may && _backoff.MayTryAgain)
        {
            return true;
        }

        if (cause is OperationCanceledException)
        {
            throw new IOException("The connection was idle, or took too long.", cause);
        }

        if (cause is not null)
        {
            ExceptionDispatchInfo.Throw(cause);
        }

        Enter(EventStreamState.Closed, TimeSpan.Zero, null);
        return false;
    }

    private async ValueTask DelayAsync(Exception? cause)
    {
        TimeSpan delay = _backoff.TakeDelay();
        EventStreamMetrics.Reconnecting(_hasBroughtEvent);
        _hasBroughtEvent = false;
        Enter(EventStreamState.Connecting, delay, cause);
        await Task.Delay(delay, options.TimeProvider, _stop.Token).ConfigureAwait(false);
    }

    private void Enter(EventStreamState state, TimeSpan delay, Exception? cause)
    {
        // "if the readyState attribute is set to a value other than CLOSED": nothing follows it.
        if (State == EventStreamState.Closed)
        {
            return;
        }

        State = state;
        options.StateChanged?.Invoke(new EventStreamStateChange(state, state == EventStreamState.Connecting ? _backoff.Failures : 0, delay, cause));
    }
}
