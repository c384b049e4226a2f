using System.Net;
using System.Text.Json.Nodes;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>What proxies, browsers and pollers rely on in the answers of the server.</summary>
public sealed class ServeHttpTests : IAsyncLifetime
{
    private const string Handshake
        = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private readonly StringWriter _log = new();
    private WireServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await WireServer.StartAsync(
        new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = _log, AllowedOrigins = ["https://friend.example"] });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Equal("", _log.ToString());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a", "200")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: a", "404", "Cache-Control: no-store")]
    [InlineData("PUT / HTTP/1.1\r\nHost: a", "405", "Cache-Control: no-store")]
    [InlineData("GET / HTTP/1.1", "400", "Cache-Control: no-store")]
    [InlineData("GET /ws/echo HTTP/1.1\r\nHost: a", "426", "Upgrade: websocket")]
    [InlineData("GET /ws/echo HTTP/1.1\r\nHost: a\r\n" + Handshake + "Origin: http://evil.example", "403", "Connection: close")]
    [InlineData("GET /sse/clock?count=1 HTTP/1.1\r\nHost: a", "200", "X-Accel-Buffering: no", "Cache-Control: no-store")]
    [InlineData("GET /ndjson/ticks?count=1 HTTP/1.1\r\nHost: a", "200", "X-Accel-Buffering: no", "Cache-Control: no-store")]
    [InlineData("GET /poll HTTP/1.1\r\nHost: a", "200", "ETag: \"")]
    public async Task Every_answer_has_a_date_and_what_caches_need(string request, string status, params string[] fields)
    {
        string answer = await AskAsync(request + "\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nDate: ", answer, StringComparison.Ordinal);
        Assert.All(fields, f => Assert.Contains("\r\n" + f, answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET /poll", "", "200")]
    [InlineData("GET /sse/clock?count=1", "", "200")]
    [InlineData("GET /ndjson/ticks?count=1", "", "200")]
    [InlineData("GET /wire", "", "409")]
    [InlineData("GET /ws/echo", Handshake, "400")]
    public async Task A_body_that_nobody_wants_is_no_fault_of_the_server(string start, string fields, string status)
    {
        foreach (string body in (string[])["Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"])
        {
            string answer = await AskAsync($"{start} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}{body}");
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_upgrade_that_is_not_honoured_ends_the_connection()
    {
        string answer = await AskAsync($"GET /poll HTTP/1.1\r\nHost: a\r\n{Handshake}\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("404", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "101")]
    [InlineData("Origin: http://a\r\n", "101")]
    [InlineData("Origin: https://friend.example\r\n", "101")]
    [InlineData("Origin: https://evil.example\r\n", "403")]
    [InlineData("Origin: null\r\n", "403")]
    public async Task A_page_of_a_foreign_origin_opens_no_WebSocket(string origin, string status)
    {
        foreach (string path in (string[])["/ws/echo", "/ws/chat"])
        {
            string answer = await AskAsync($"GET {path} HTTP/1.1\r\nHost: a\r\n{Handshake}{origin}\r\n");
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_content_type_with_bytes_above_127_is_sent_back_as_it_came()
    {
        string answer = await AskAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/\xE9\r\nContent-Length: 2\r\n\r\nhi");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/\xE9\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("2\r\nhi\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775806")]
    [InlineData("18446744073709551616")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task A_poll_since_any_number_is_answered(string since)
    {
        string answer = await AskAsync($"GET /poll?timeout=0&since={since} HTTP/1.1\r\nHost: a\r\n\r\n");
        JsonNode json = JsonNode.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..])!;
        Assert.Equal(since.StartsWith("922", StringComparison.Ordinal) ? 0 : 1, json["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_short_poll_is_answered_with_304_until_there_is_something_new()
    {
        string first = await AskAsync("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n");
        string tag = first[(first.IndexOf("ETag: ", StringComparison.Ordinal) + 6)..].Split("\r\n")[0];
        string later = $"\"{long.Parse(tag.Trim('"'), null) + 1000}\"";
        string unchanged = await AskAsync($"GET /poll HTTP/1.1\r\nHost: a\r\nIf-None-Match: {later}, W/\"x\"\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 304 ", unchanged, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", unchanged, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", unchanged, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 304 ", await AskAsync("GET /poll HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n"), StringComparison.Ordinal);

        string older = $"W/\"{long.Parse(tag.Trim('"'), null) - 2}\"";
        string changed = await AskAsync($"GET /poll HTTP/1.1\r\nHost: a\r\nIf-None-Match: {older}\r\nPrefer: respond-async, wait=5\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", changed, StringComparison.Ordinal);
        Assert.Contains("\r\nPreference-Applied: wait=5\r\n", changed, StringComparison.Ordinal);
        Assert.True(JsonNode.Parse(changed[changed.IndexOf('{', StringComparison.Ordinal)..])!["events"]!.AsArray().Count >= 2);
    }

    /// <summary>Sends a request and the end, and reads to the end.</summary>
    private async Task<string> AskAsync(string request)
    {
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync(request);
        client.EndSending();
        return await client.ReadTextToEndAsync();
    }
}
