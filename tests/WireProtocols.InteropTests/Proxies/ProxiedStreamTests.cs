using System.IO.Pipelines;
using WireProtocols.Ndjson;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>Responses that go on, through each proxy.</summary>
public sealed class ProxiedStreamTests(ProxiedServers servers)
{
    /// <summary>What comes second is an hour away.</summary>
    private const int Hour = 60 * 60 * 1000;

    public static TheoryData<string, string> All => ProxiedServers.All;

    public static TheoryData<string> Proxies => [.. ReverseProxy.Names];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task The_first_event_does_not_wait_for_the_second(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        using HttpClient client = new();
        using HttpResponseMessage response = await GetAsync(client, proxied, $"/sse/clock?interval={Hour}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(Stop));
        await using IAsyncEnumerator<ServerSentEvent> events = reader.ReadAllAsync(Stop).GetAsyncEnumerator(Stop);
        Assert.True(await events.MoveNextAsync());
        Assert.NotEqual("", events.Current.Data);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task The_first_record_does_not_wait_for_the_second(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        using HttpClient client = new();
        using HttpResponseMessage response = await GetAsync(client, proxied, $"/ndjson/ticks?interval={Hour}");
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(Stop));
        Assert.StartsWith("{\"tick\":1", await lines.ReadLineAsync(Stop), StringComparison.Ordinal);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Proxies))]
    public async Task Each_event_is_there_before_the_next_one_is_written(string proxy)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, ProxiedServers.AspNetCore);
        ProxiedApplication application = await servers.GetApplicationAsync();
        string key = $"{Guid.NewGuid()}";
        using HttpClient client = new();
        application.Steps(key).Writer.TryWrite("0");
        using HttpResponseMessage response = await GetAsync(client, proxied, $"/sse/steps?key={key}");
        using EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(Stop));
        int count = 0;
        await foreach (ServerSentEvent next in reader.ReadAllAsync(Stop))
        {
            Assert.Equal($"{count++}", next.Data);
            if (count == 20)
            {
                application.Steps(key).Writer.Complete();
            }
            else
            {
                application.Steps(key).Writer.TryWrite($"{count}");
            }
        }

        Assert.Equal(20, count);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Proxies))]
    public async Task Each_record_is_there_before_the_next_one_is_written(string proxy)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, ProxiedServers.AspNetCore);
        ProxiedApplication application = await servers.GetApplicationAsync();
        string key = $"{Guid.NewGuid()}";
        using HttpClient client = new();
        application.Steps(key).Writer.TryWrite("0");
        using HttpResponseMessage response = await GetAsync(client, proxied, $"/ndjson/steps?key={key}");
        using NdjsonReader reader = new(PipeReader.Create(await response.Content.ReadAsStreamAsync(Stop)));
        int count = 0;
        await foreach (NdjsonResult<string> next in reader.ReadAllAsync(ProxiedApplication.TickJson.Default.String, Stop))
        {
            Assert.Equal($"{count++}", next.Value);
            if (count == 20)
            {
                application.Steps(key).Writer.Complete();
            }
            else
            {
                application.Steps(key).Writer.TryWrite($"{count}");
            }
        }

        Assert.Equal(20, count);
    }

    /// <summary>A comment a second, through proxies that give up after three.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task Heartbeats_keep_a_silent_stream_open(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server, 3);
        using HttpClient client = new();
        using HttpResponseMessage response = await GetAsync(client, proxied, $"/sse/clock?interval={Hour}");
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(Stop));
        for (int comments = 0; comments < 6;)
        {
            string? line = await lines.ReadLineAsync(Stop);
            Assert.NotNull(line);
            comments += line.StartsWith(':') ? 1 : 0;
        }
    }

    /// <summary>HAProxy and Varnish learn of it at the next comment, which is a second away.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task A_reader_of_events_that_is_gone_is_gone_for_the_server(string proxy, string server)
        => await LeaveAsync(proxy, server, $"/sse/clock?interval={Hour}");

    /// <summary>Varnish learns of it at the next record, as it has no other way to.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task A_reader_of_records_that_is_gone_is_gone_for_the_server(string proxy, string server)
        => await LeaveAsync(proxy, server, $"/ndjson/ticks?interval={(proxy == "Varnish" ? 500 : Hour)}");

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, ProxiedServer proxied, string path)
    {
        HttpResponseMessage response = await client.GetAsync(proxied.Http(path), HttpCompletionOption.ResponseHeadersRead, Stop);
        response.EnsureSuccessStatusCode();
        return response;
    }

    private async Task LeaveAsync(string proxy, string server, string path)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        string key = $"{Guid.NewGuid()}";
        using (HttpClient client = new())
        {
            using HttpResponseMessage response = await GetAsync(client, proxied, $"{path}&key={key}");
            Assert.NotEqual(0, await (await response.Content.ReadAsStreamAsync(Stop)).ReadAsync(new byte[1], Stop));
        }

        await proxied.Tee.WaitAsync(c => c.IsEndedByServer && c.FromProxy.Contains(key, StringComparison.Ordinal));
        if (server == ProxiedServers.AspNetCore)
        {
            await (await servers.GetApplicationAsync()).Gone(key).WaitAsync(Stop);
        }
    }
}
