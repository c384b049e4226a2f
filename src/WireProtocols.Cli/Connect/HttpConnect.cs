using System.Globalization;
using System.Net.Http.Headers;
using WireProtocols.Cli.View;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// A client of HTTP: whatever the response is (an event stream, NDJSON, chunks, messages of RPC), its bytes are shown as they come. An event stream
/// is connected to again when it ends; with <c>--poll</c>, any other is asked for again.
/// </summary>
internal sealed class HttpConnect : ConnectProtocol
{
    private static readonly TimeSpan WaitOfServer = TimeSpan.FromSeconds(25);

    public override IReadOnlyList<string> Schemes => ["http", "https"];

    public override async Task<int> RunAsync(ConnectRun run, CancellationToken stop)
    {
        if (run.Get(run.Options.Rpc) is { } protocol)
        {
            return await RpcConnect.RunAsync(run, protocol, stop);
        }

        using SocketsHttpHandler handler = ConnectHandler.Create(run);
        using HttpClient http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            return run.Get(run.Options.Poll) > 0
                ? await PollAsync(run, http, stop)
                : await AskAsync(run, handler, http, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return run.HasTimedOut && !run.HasConnected
                ? throw new ToolException(ExitStatus.InputOutput, $"no answer of {run.Url} in {run.Get(run.Options.Timeout)} s.")
                : run.Traffic.Status;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ToolException(ExitStatus.InputOutput, ToolException.Plain(exception));
        }
    }

    private static async Task<int> AskAsync(ConnectRun run, SocketsHttpHandler handler, HttpClient http, CancellationToken stop)
    {
        HttpResponseMessage response = await http.SendAsync(ConnectRequest.Create(run), HttpCompletionOption.ResponseHeadersRead, stop);
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            // The client of event streams begins with the response that is there.
            using FirstResponseHandler first = new(response, handler);
            using HttpClient events = new(first, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
            return await ReadEventsAsync(run, events, stop);
        }

        using (response)
        {
            return await ReadAsync(run, response, stop);
        }
    }

    /// <summary>Reads a response to its end; the tap has shown it.</summary>
    private static async Task<int> ReadAsync(ConnectRun run, HttpResponseMessage response, CancellationToken stop)
    {
        run.HasConnected = true;
        using Stream body = await response.Content.ReadAsStreamAsync(stop);
        await body.CopyToAsync(Stream.Null, stop);
        if ((int)response.StatusCode < 400)
        {
            return run.Traffic.Status;
        }

        run.Tell($"the server refused with {(int)response.StatusCode} {SafeText.Of(response.ReasonPhrase ?? "")}".TrimEnd());
        return ExitStatus.Violation;
    }

    private static async Task<int> PollAsync(ConnectRun run, HttpClient http, CancellationToken stop)
    {
        EntityTagHeaderValue? tag = null;
        while (true)
        {
            long began = run.IO.Time.GetTimestamp();
            using HttpRequestMessage request = ConnectRequest.Create(run);
            if (tag is not null)
            {
                request.Headers.IfNoneMatch.Add(tag);
                request.Headers.TryAddWithoutValidation(
                    "Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={WaitOfServer.TotalSeconds}"));
            }

            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (await ReadAsync(run, response, stop) is not ExitStatus.Ok and var status)
            {
                return status;
            }

            run.CountOne();
            tag = response.Headers.ETag ?? tag;
            TimeSpan rest = TimeSpan.FromSeconds(run.Get(run.Options.Poll)) - run.IO.Time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, run.IO.Time, stop);
            }

            stop.ThrowIfCancellationRequested();
        }
    }

    private static async Task<int> ReadEventsAsync(ConnectRun run, HttpClient http, CancellationToken stop)
    {
        await using EventStreamClient client = new(http, () => ConnectRequest.Create(run), CreateOptions(run));
        try
        {
            while (await client.WaitToReadAsync(stop))
            {
                while (client.TryRead(out _))
                {
                    // The tap has shown it.
                }
            }

            return run.Traffic.Status;
        }
        catch (EventStreamProtocolException exception)
        {
            run.Tell($"violation: {exception.Error}: {exception.Message}");
            return ExitStatus.Violation;
        }
    }

    private static EventStreamClientOptions CreateOptions(ConnectRun run) => new()
    {
        Stream = CommonOptions.EventStreamLimits(run.Get(run.Options.MaxElement)),
        LastEventId = run.Get(run.Options.LastEventId) ?? "",
        Reconnection = run.Get(run.Options.Once) ? EventStreamReconnection.Never : EventStreamReconnection.SafeMethods,
        TimeProvider = run.IO.Time,
        StateChanged = change => run.Tell(Describe(run, change)),
    };

    private static string Describe(ConnectRun run, EventStreamStateChange change)
    {
        run.HasConnected |= change.State == EventStreamState.Open;
        return change.State switch
        {
            EventStreamState.Open => $"connected to {run.Url}",
            EventStreamState.Closed => "closed",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{(change.Cause is null ? "the stream ended" : ToolException.Plain(change.Cause))}; "
                    + $"connecting again in {change.Delay.TotalSeconds:0.0} s"),
        };
    }

    /// <summary>Answers the first request with a response that is there already.</summary>
    private sealed class FirstResponseHandler(HttpResponseMessage first, HttpMessageHandler others) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _others = new(others, disposeHandler: false);
        private HttpResponseMessage? _first = first;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Interlocked.Exchange(ref _first, null) is { } response
                ? Task.FromResult(response)
                : _others.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _first?.Dispose();
            _others.Dispose();
            base.Dispose(disposing);
        }
    }
}
