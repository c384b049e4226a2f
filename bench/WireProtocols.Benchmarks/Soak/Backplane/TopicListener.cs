using System.Globalization;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Benchmarks.Soak.Backplane;

/// <summary>
/// A client of <c>/sse/topic</c>, whose events are numbers. Where its server is gone, it goes to the next one with the ID of its last event.
/// </summary>
public sealed class TopicListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http;
    private readonly Func<int, Uri> _server;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    /// <param name="http">Connects.</param>
    /// <param name="server">Where to go, by how often it has gone.</param>
    public TopicListener(HttpClient http, Func<int, Uri> server)
    {
        _http = http;
        _server = server;
        _running = Task.Run(RunAsync);
    }

    public SeenNumbers Seen { get; } = new();

    /// <summary>How often it has gone to another server, or to the same again.</summary>
    public int Moves { get; private set; }

    /// <summary>How often a server did not know its last event.</summary>
    public int Gone { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        string lastEventId = "";
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_server(Moves), "/sse/topic?name=soak"));
                if (lastEventId.Length > 0)
                {
                    request.Headers.Add("Last-Event-ID", lastEventId);
                }

                using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _end.Token);
                using EventStreamReader reader = new(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(_end.Token));
                await foreach (ServerSentEvent heard in reader.ReadAllAsync(_end.Token))
                {
                    lastEventId = heard.LastEventId.Length > 0 ? heard.LastEventId : lastEventId;
                    Take(heard);
                }
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or WireProtocolException)
            {
                // The server is gone, or this is to end.
            }

            Moves++;
            await Task.Delay(Pause, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(ServerSentEvent heard)
    {
        if (heard.Type == "gone")
        {
            Gone++;
        }
        else
        {
            Seen.Add(int.Parse(heard.Data, CultureInfo.InvariantCulture));
        }
    }
}
