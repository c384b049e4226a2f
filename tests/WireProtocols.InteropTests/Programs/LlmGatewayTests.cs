using System.Net;
using WireProtocols.Http1;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.Programs;

/// <summary>The gateway between an upstream that behaves as such APIs do and clients as they are.</summary>
public sealed class LlmGatewayTests : IAsyncDisposable
{
    private readonly TaskCompletionSource _upstreamLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoopbackServer _upstream;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero });
    private readonly LoopbackServer _gateway;
    private readonly HttpClient _client = new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero });

    public LlmGatewayTests()
    {
        _upstream = new LoopbackServer(AnswerAsync);
        _gateway = new LoopbackServer((exchange, stop)
            => new LlmGateway(_http, new Uri(_upstream.Uri, exchange.Request.Target)).HandleAsync(exchange, stop));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        _http.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Tokens_pass_to_the_last_one()
    {
        using HttpResponseMessage response = await AskAsync("/tokens");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        List<string> data = [];
        await foreach (ServerSentEvent item in reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            data.Add(item.Data);
        }

        Assert.Equal(["token 0", "token 1", "token 2", "[DONE]"], data);
    }

    [Fact]
    public async Task An_error_passes_as_it_is()
    {
        using HttpResponseMessage response = await AskAsync("/limit");
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"error":"slow down"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_upstream_that_breaks_off_is_told_in_the_stream()
    {
        using HttpResponseMessage response = await AskAsync("/break");
        string stream = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("data: token 0\n\n", stream, StringComparison.Ordinal);
        Assert.Contains("event: error\ndata: {\"error\":", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_stops_the_upstream()
    {
        using (HttpResponseMessage response = await AskAsync("/endless"))
        {
            Stream stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await stream.ReadExactlyAsync(new byte["data: token 0\n\n".Length], TestContext.Current.CancellationToken);
        }

        await _upstreamLeft.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private Task<HttpResponseMessage> AskAsync(string path)
        => _client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(_gateway.Uri, path)) { Content = new StringContent("Say something.") },
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);

    private async ValueTask AnswerAsync(Http1Exchange exchange, CancellationToken stopping)
    {
        await exchange.Body.CopyToAsync(Stream.Null, stopping);
        if (exchange.Request.Target == "/limit")
        {
            await exchange.RespondAsync(429, """{"error":"slow down"}"""u8.ToArray(), ("Content-Type", "application/json"), ("Retry-After", "7"));
            return;
        }

        Http1BodyWriter output = exchange.StartResponse(200, Http1BodyFraming.Chunked, ("Content-Type", "text/event-stream"));
        EventStreamWriter events = new((System.IO.Pipelines.PipeWriter)output);
        int count = exchange.Request.Target switch { "/tokens" => 3, "/break" => 1, _ => int.MaxValue };
        CancellationToken left = exchange.WatchClient();
        try
        {
            for (int i = 0; i < count && !left.IsCancellationRequested; i++)
            {
                events.WriteEvent($"token {i}");
                if ((await output.FlushAsync(stopping)).IsCompleted)
                {
                    break;
                }

                await Task.Yield();
            }
        }
        finally
        {
            // Whichever says so first: the watch, or a flush that nobody takes any more.
            if (count == int.MaxValue)
            {
                _upstreamLeft.TrySetResult();
            }
        }

        if (count == 1)
        {
            output.Complete(new InvalidOperationException("The model fell over."));
            return;
        }

        events.WriteEvent("[DONE]");
        await output.CompleteAsync();
    }
}
