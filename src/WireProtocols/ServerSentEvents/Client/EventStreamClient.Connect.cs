using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;

namespace WireProtocols.ServerSentEvents;

/// <content>Connecting, and connecting again.</content>
public sealed partial class EventStreamClient
{
    private const string LastEventIdHeader = "Last-Event-ID";
    private const string MediaType = "text/event-stream";

    /// <summary>Waits for bytes, over as many connections as that takes.</summary>
    private async Task<bool> WaitAsync()
    {
        try
        {
            while (true)
            {
                Exception? cause = null;
                try
                {
                    if (_connection is null && !await ConnectAsync().ConfigureAwait(false))
                    {
                        Enter(EventStreamState.Closed, TimeSpan.Zero, null);
                        return false;
                    }

                    if (await _connection!.WaitToReadAsync().ConfigureAwait(false))
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

    /// <returns>False when the server says to stop.</returns>
    private async ValueTask<bool> ConnectAsync()
    {
        _stop.Token.ThrowIfCancellationRequested();
        HttpRequestMessage request = _createRequest();
        _isSafe = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        Prepare(request);
        HttpResponseMessage? response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token).ConfigureAwait(false);
        try
        {
            FinalUri = response.RequestMessage?.RequestUri ?? request.RequestUri;
            if (response.StatusCode == HttpStatusCode.NoContent)
            {
                // "a client can be told to stop reconnecting using the HTTP 204 No Content response code."
                return false;
            }

            Check(response);
            Stream stream = await response.Content.ReadAsStreamAsync(_stop.Token).ConfigureAwait(false);
            _connection = new EventStreamConnection(response, stream, _options, _lastEventId);
            response = null;
            Enter(EventStreamState.Open, TimeSpan.Zero, null);
            return true;
        }
        finally
        {
            response?.Dispose();
        }
    }

    private void Prepare(HttpRequestMessage request)
    {
        HttpRequestHeaders headers = request.Headers;
        if (headers.Accept.Count == 0)
        {
            headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        }

        // "Set request's cache mode to "no-store"."
        headers.CacheControl ??= new CacheControlHeaderValue { NoStore = true };

        // "If the EventSource object's last event ID string is not the empty string …"
        if (_lastEventId.Length > 0)
        {
            headers.Remove(LastEventIdHeader);
            headers.TryAddWithoutValidation(LastEventIdHeader, _lastEventId);
        }

    }

    /// <summary>"if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail the connection."</summary>
    private void Check(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            HttpRequestException status = new(HttpRequestError.InvalidResponse, $"The status is {(int)response.StatusCode} {response.ReasonPhrase}.", null, response.StatusCode);
            if (_options.IsTransient?.Invoke(response) == true)
            {
                _retryAfter = RetryAfter(response);
                throw status;
            }

            throw new EventStreamProtocolException(EventStreamProtocolError.UnexpectedStatus, 0, status);
        }

        if (!IsEventStream(response.Content.Headers))
        {
            throw new EventStreamProtocolException(EventStreamProtocolError.UnexpectedContentType, 0);
        }
    }

    /// <summary>Parameters do not matter ("Event streams are always decoded as UTF-8"), nor whether they are well-formed.</summary>
    private static bool IsEventStream(HttpContentHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values))
        {
            return false;
        }

        ReadOnlySpan<char> value = values.ToString();
        int semicolon = value.IndexOf(';');
        return (semicolon < 0 ? value : value[..semicolon]).Trim(" \t").Equals(MediaType, StringComparison.OrdinalIgnoreCase);
    }

    private TimeSpan RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _options.TimeProvider.GetUtcNow() => date - _options.TimeProvider.GetUtcNow(),
        _ => TimeSpan.Zero,
    };

    /// <summary>What is a network error, and not a failure of the stream or of the caller.</summary>
    private bool IsLoss(Exception exception) => exception switch
    {
        HttpRequestException or IOException => true,
        OperationCanceledException => !_stop.IsCancellationRequested,
        _ => false,
    };

    private bool MayReconnect(Exception? cause)
    {
        _failures = _hasBroughtSomething ? 0 : _failures + 1;
        _hasBroughtSomething = false;
        bool may = _options.Reconnection switch
        {
            EventStreamReconnection.Always => true,
            EventStreamReconnection.Never => false,
            _ => _isSafe,
        };
        if (may && _failures < _options.MaxAttempts)
        {
            return true;
        }

        if (cause is not null)
        {
            if (cause is OperationCanceledException)
            {
                throw new IOException("The connection was idle, or took too long.", cause);
            }

            ExceptionDispatchInfo.Throw(cause);
        }

        Enter(EventStreamState.Closed, TimeSpan.Zero, null);
        return false;
    }

    private async ValueTask DelayAsync(Exception? cause)
    {
        double random = _options.Jitter?.Invoke() ?? EventStreamBackoff.NextRandom();
        TimeSpan delay = EventStreamBackoff.Delay(ReconnectionTime, _failures, _options.MaxBackoff, random);
        delay = delay < _retryAfter ? _retryAfter : delay;
        _retryAfter = TimeSpan.Zero;
        Enter(EventStreamState.Connecting, delay, cause);
        await Task.Delay(delay, _options.TimeProvider, _stop.Token).ConfigureAwait(false);
    }

    private void Fail(Exception cause)
    {
        Drop();
        Enter(EventStreamState.Closed, TimeSpan.Zero, cause);
    }

    private void Enter(EventStreamState state, TimeSpan delay, Exception? cause)
    {
        // "if the readyState attribute is set to a value other than CLOSED": nothing follows it.
        if (State == EventStreamState.Closed)
        {
            return;
        }

        State = state;
        _options.StateChanged?.Invoke(new EventStreamStateChange(state, state == EventStreamState.Connecting ? _failures : 0, delay, cause));
    }

    private void Drop()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            _lastEventId = connection.Reader.LastEventId;
            connection.Dispose();
        }
    }
}
