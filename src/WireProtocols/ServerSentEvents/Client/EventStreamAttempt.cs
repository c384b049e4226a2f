using System.Net;
using System.Net.Http.Headers;

namespace WireProtocols.ServerSentEvents;

/// <summary>One attempt to connect: the request with what an event stream asks for, and the verdict on the response (HTML §9.2.2).</summary>
internal sealed class EventStreamAttempt(HttpClient http, HttpRequestMessage request, EventStreamClientOptions options)
{
    public const string LastEventIdHeader = "Last-Event-ID";
    private const string MediaType = "text/event-stream";

    /// <summary>Whether to send the request again is to ask for the same again.</summary>
    public bool IsSafe { get; } = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;

    /// <summary>Where the response came from after redirects.</summary>
    public Uri? FinalUri { get; private set; }

    /// <summary>Whether the response said that a later attempt may go better, as the options understand it.</summary>
    public bool IsTransient { get; private set; }

    /// <summary>Sends the request.</summary>
    /// <param name="lastEventId">The last event ID.</param>
    /// <param name="backoff">Told of a <c>Retry-After</c>.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <returns>The connection; null when the server says to stop.</returns>
    /// <exception cref="EventStreamProtocolException">The response carries no event stream.</exception>
    public async ValueTask<EventStreamConnection?> ConnectAsync(string lastEventId, EventStreamBackoff backoff, CancellationToken stop)
    {
        Prepare(lastEventId);
        HttpResponseMessage? response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        try
        {
            FinalUri = response.RequestMessage?.RequestUri ?? request.RequestUri;
            if (response.StatusCode == HttpStatusCode.NoContent)
            {
                // "a client can be told to stop reconnecting using the HTTP 204 No Content response code."
                return null;
            }

            if (ErrorOf(response) is var error and not EventStreamProtocolError.None)
            {
                IsTransient = error == EventStreamProtocolError.UnexpectedStatus && options.IsTransient?.Invoke(response) == true;
                backoff.SetRetryAfter(response);
                EventStreamMetrics.Refused((int)response.StatusCode);
                EventStreamRefusal refusal = await EventStreamRefusal.ReadAsync(response, options.TimeProvider, stop).ConfigureAwait(false);
                throw new EventStreamProtocolException(error, refusal);
            }

            Stream stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            EventStreamConnection connection = new(response, stream, options, lastEventId);
            response = null;
            return connection;
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>Whether the request holds a field that its own client cannot send: it will fail the next time too.</summary>
    public bool IsUnsendable()
        => request.Headers.NonValidated.Any(field => field.Value.Any(value => value.Any(static c => c is > '~' or (< ' ' and not '\t'))));

    private void Prepare(string lastEventId)
    {
        HttpRequestHeaders headers = request.Headers;
        if (headers.Accept.Count == 0)
        {
            headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        }

        // "Set request's cache mode to "no-store"."
        headers.CacheControl ??= new CacheControlHeaderValue { NoStore = true };

        // "If the EventSource object's last event ID string is not the empty string …" An ID with control characters, which a peer chose, is no
        // field value (RFC 9110 §5.5) and is not sent.
        if (lastEventId.Length > 0)
        {
            headers.Remove(LastEventIdHeader);
            if (!lastEventId.Any(static c => char.IsControl(c) && c != '\t'))
            {
                headers.TryAddWithoutValidation(LastEventIdHeader, lastEventId);
            }
        }
    }

    /// <summary>"if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail the connection."</summary>
    private static EventStreamProtocolError ErrorOf(HttpResponseMessage response)
        => response.StatusCode != HttpStatusCode.OK ? EventStreamProtocolError.UnexpectedStatus
            : !IsEventStream(response.Content.Headers) ? EventStreamProtocolError.UnexpectedContentType
            : IsEncoded(response.Content.Headers) ? EventStreamProtocolError.UnexpectedContentEncoding
            : EventStreamProtocolError.None;

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

    /// <summary>A coding that the handler has undone is not in the fields any more
    /// (<see cref="SocketsHttpHandler.AutomaticDecompression"/>).</summary>
    private static bool IsEncoded(HttpContentHeaders headers)
        => headers.NonValidated.TryGetValues("Content-Encoding", out HeaderStringValues values)
            && values.Any(static value => value.Trim().Length > 0 && !value.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase));
}
