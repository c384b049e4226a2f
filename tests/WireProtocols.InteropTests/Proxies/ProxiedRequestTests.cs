using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using WireProtocols.InteropTests.Http1;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>Requests and their bodies through each proxy.</summary>
public sealed class ProxiedRequestTests(ProxiedServers servers, ITestOutputHelper output)
{
    public static TheoryData<string, string> All => ProxiedServers.All;

    public static TheoryData<string, string> AllButCaddy => [.. ProxiedServers.All.Where(row => row.Data.Item1 != "Caddy")];

    public static TheoryData<string> Servers => [.. ProxiedServers.All.Select(row => row.Data.Item2).Distinct()];

    public static TheoryData<string> Proxies => [.. ReverseProxy.Names];

    /// <summary>Each proxy that gives a silent server up, with each server.</summary>
    public static TheoryData<string, string> Cutting => ProxiedWebSocketTests.Cutting;

    public static TheoryData<string, string> Formats
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string proxy in ReverseProxy.Names)
            {
                all.Add(proxy, "text");
                all.Add(proxy, "binary");
            }

            return all;
        }
    }

    /// <summary>Each proxy with each server and heads of several lengths.</summary>
    public static TheoryData<string, string, int> Heads
    {
        get
        {
            TheoryData<string, string, int> all = [];
            foreach ((string proxy, string server) in ProxiedServers.All.Select(r => r.Data))
            {
                foreach (int length in (int[])[12_000, 70_000, 300_000])
                {
                    all.Add(proxy, server, length);
                }
            }

            return all;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(AllButCaddy))]
    public async Task Bodies_in_chunks_come_back(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        await using WireClient client = await WireClient.ConnectAsync(proxied.Port);
        for (int seed = 500; seed < 505; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            WireResponse response = await client.PostAsync("/echo", body, seed);
            Assert.Equal(200, response.Status);
            body.AssertSame(response.Body);
        }
    }

    /// <summary>Caddy's server reads or writes: it cuts an answer that began before the request ended, and makes it look whole.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Servers))]
    public async Task Caddy_passes_on_nothing_but_a_beginning_of_what_comes_back(string server)
    {
        ProxiedServer proxied = await servers.GetAsync("Caddy", server);
        await using WireClient client = await WireClient.ConnectAsync(proxied.Port);
        for (int seed = 500; seed < 505; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            WireResponse response = await client.PostAsync("/echo", body, seed);
            Assert.Equal(200, response.Status);
            Assert.True(body.Bytes.AsSpan().StartsWith(response.Body), $"seed {seed}: other bytes than were sent");
        }
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Proxies))]
    public async Task A_body_of_eight_megabytes_comes_through(string proxy)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, ProxiedServers.AspNetCore);
        using HttpClient client = new();
        using HttpResponseMessage response = await client.PostAsync(
            proxied.Http("/upload"), new ByteArrayContent(RandomNumberGenerator.GetBytes(8 * 1024 * 1024)), Stop);
        Assert.Equal($"{8 * 1024 * 1024}", await response.Content.ReadAsStringAsync(Stop));
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task The_first_chunk_of_an_upload_is_there_before_the_last_is_sent(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        string first = $"{Guid.NewGuid()}";
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", proxied.Port, Stop);
        NetworkStream stream = client.GetStream();
        await SendAsync(
            stream,
            "POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + $"{first.Length:x}\r\n{first}\r\n");
        await proxied.Tee.WaitAsync(c => c.FromProxy.Contains(first, StringComparison.Ordinal));
        if (server == ProxiedServers.AspNetCore)
        {
            await SendAsync(stream, "5\r\nhello\r\n0\r\n\r\n");
            Assert.Contains($"{first.Length + 5}", await ReadAsync(stream), StringComparison.Ordinal);
        }
    }

    /// <summary>They arrive as they were sent, or not at all; and the body is whole, or the request has failed.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task Trailers_arrive_whole_or_not_at_all(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", proxied.Port, Stop);
        string path = server == ProxiedServers.Wire ? "/echo" : "/trailers";
        await SendAsync(
            client.GetStream(),
            $"POST {path} HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: close, TE\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            + "5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n");
        string answer = await ReadAsync(client.GetStream());
        string status = answer.Split(' ')[1];
        Assert.Contains(status, (string[])["200", "503"]);
        bool arrives = server == ProxiedServers.Wire
            ? answer.EndsWith("0\r\nx-sum: 7\r\n\r\n", StringComparison.OrdinalIgnoreCase)
            : answer.Contains("X-Sum=7;", StringComparison.Ordinal);
        output.WriteLine($"{proxy}, {server}: {status}, trailers {(arrives ? "arrive" : "do not arrive")}");
        Assert.True(
            status == "503" || arrives
            || (server == ProxiedServers.Wire
                ? answer.EndsWith("5\r\nhello\r\n0\r\n\r\n", StringComparison.Ordinal)
                : answer.Contains("X-Sum=;", StringComparison.Ordinal)),
            answer);
        Assert.True(proxy != "HAProxy" || arrives, answer);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task A_poll_is_answered_when_its_time_is_over(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        using HttpClient client = new();
        string answer = await client.GetStringAsync(proxied.Http($"/poll?since={DateTimeOffset.MaxValue.ToUnixTimeSeconds()}&timeout=300"), Stop);
        Assert.Contains("\"events\":[]", answer, StringComparison.Ordinal);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Cutting))]
    public async Task A_poll_that_is_longer_than_the_proxys_patience_is_answered_by_the_proxy(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server, 3);
        using HttpClient client = new();
        using HttpResponseMessage response = await client.GetAsync(
            proxied.Http($"/poll?since={DateTimeOffset.MaxValue.ToUnixTimeSeconds()}&timeout=60000"), Stop);
        Assert.Equal(proxy == "Varnish" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    /// <summary>Varnish waits for the answer, whatever its client does.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task A_poller_that_is_gone_is_gone_for_the_server(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server, proxy == "Varnish" ? 3 : 60);
        string key = $"{Guid.NewGuid()}";
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", proxied.Port, Stop);
        await SendAsync(
            client.GetStream(),
            $"GET /poll?since={DateTimeOffset.MaxValue.ToUnixTimeSeconds()}&timeout=60000&key={key} HTTP/1.1\r\nHost: a\r\n\r\n");
        await proxied.Tee.WaitAsync(c => c.FromProxy.Contains(key, StringComparison.Ordinal));
        client.Close();
        await proxied.Tee.WaitAsync(c => c.IsEndedByServer && c.FromProxy.Contains(key, StringComparison.Ordinal));
        if (server == ProxiedServers.AspNetCore)
        {
            await (await servers.GetApplicationAsync()).Gone(key).WaitAsync(Stop);
        }
    }

    /// <summary>A head that is too long is refused by the proxy, which may just hang up, or by the server. None passes.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Heads))]
    public async Task A_head_that_is_too_long_is_refused(string proxy, string server, int length)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", proxied.Port, Stop);
        string answer;
        try
        {
            await SendAsync(client.GetStream(), $"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: {new string('a', length)}\r\n\r\n");
            answer = await ReadAsync(client.GetStream());
        }
        catch (IOException)
        {
            answer = "";
        }

        string what = answer.Length == 0 ? "the end of the connection" : answer.Split('\r')[0];
        output.WriteLine($"{proxy}, {server}, {length}: {what}");
        bool mayPass = server == ProxiedServers.AspNetCore && length < 32 * 1024;
        Assert.Matches(mayPass ? "^(the end|HTTP/1.1 [24])" : "^(the end|HTTP/1.1 4)", what);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Formats))]
    public async Task Npm_grpc_web_is_answered(string proxy, string format)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, ProxiedServers.Wire);
        string[] lines = await NodePeer.RunAsync("grpc-web", "grpc-web-client.mjs", $"http://127.0.0.1:{proxied.Port}", format);
        Assert.Equal(format == "text" ? 3 : 2, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
    }

    private static async Task SendAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Stop);

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync(Stop);
    }
}
