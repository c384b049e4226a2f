using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WireProtocols.Cli.Serve;
using WireProtocols.Conformance;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>`wire serve --misbehave`: what is listed is served, and it is what the examiner sends.</summary>
public sealed class BadPathTests(ITestOutputHelper output)
{
    /// <summary>What is compared of an answer that may be cut when the client goes.</summary>
    private const int Compared = 32 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_option_there_is_nothing()
    {
        await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings());
        Assert.StartsWith("HTTP/1.1 404 ", await GetAsync(server, "/bad/"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404 ", await GetAsync(server, "/bad/http1/cut-off/nothing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_lists_every_path_with_its_sentence()
    {
        await using WireServer server = await StartAsync();
        ConformanceCase[] broken = [.. ConformanceSuite.All.Where(s => s.IsOfClients).SelectMany(s => s.Cases).Where(c => c.Misbehaves)];
        Assert.True(broken.Length > 900);
        string json = await GetAsync(server, "/bad/", "Accept: application/json\r\n");
        Assert.Contains("Content-Type: application/x-ndjson\r\n", json, StringComparison.Ordinal);
        Assert.Equal(BodyOf(json), BodyOf(await GetAsync(server, "/bad/?json")));
        JsonNode[] rows = [.. BodyOf(json).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(broken.Select(c => c.Id).Order(), rows.Select(r => (string)r["id"]!).Order());
        Assert.Equal(rows.Length, rows.Select(r => (string)r["path"]!).Distinct().Count());
        string html = BodyOf(await GetAsync(server, "/bad/", "Accept: text/html,*/*\r\n"));
        string text = BodyOf(await GetAsync(server, "/bad/", "Accept: */*\r\n"));
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        Assert.All(rows, row =>
        {
            string path = (string)row["path"]!;
            ConformanceCase played = ConformanceSuite.FindCase((string)row["id"]!)!;
            Assert.Equal(
                (played.Sentence, played.Spec, played.Expected, played.Advice),
                ((string)row["sentence"]!, (string)row["spec"]!, (string)row["expected"]!, (string)row["advice"]!));
            Assert.Matches("^/bad/(ws|sse|chunked|http1)/", path);
            Assert.EndsWith(path[(path.IndexOf('/', 5) + 1)..], played.Id, StringComparison.Ordinal);
            Assert.Contains($"<code>{path}</code>", html, StringComparison.Ordinal);
            Assert.Contains($"{path}\n", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task What_ends_in_a_slash_lists_what_is_below_it()
    {
        await using WireServer server = await StartAsync();
        string[] paths = [.. BodyOf(await GetAsync(server, "/bad/sse/status/?json")).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(BadPath.All.Count(p => p.Path.StartsWith("sse/status/", StringComparison.Ordinal)), paths.Length);
        Assert.StartsWith("HTTP/1.1 404 ", await GetAsync(server, "/bad/sse/no-such/"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404 ", await GetAsync(server, "/bad/sse"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_for_WebSockets_tells_others_what_it_is()
    {
        await using WireServer server = await StartAsync();
        string answer = await GetAsync(server, "/bad/ws/frames/rsv/1-text");
        Assert.StartsWith("HTTP/1.1 426 ", answer, StringComparison.Ordinal);
        Assert.Contains("RFC 6455 §5.2", BodyOf(answer), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 405 ", await GetAsync(server, "/bad/sse/status/404", method: "HEAD"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 405 ", await GetAsync(server, "/bad/sse/status/404", method: "DELETE"), StringComparison.Ordinal);
    }

    /// <summary>The client has ended its side: whatever a case would say to an answer of it is not waited for.</summary>
    [Fact]
    public async Task Each_path_sends_what_its_case_sends_and_the_server_still_serves()
    {
        await using WireServer server = await StartAsync();
        ParallelOptions eight = new() { MaxDegreeOfParallelism = 8, CancellationToken = Stop };
        List<string> wrong = [];
        List<string> withoutOccasion = [];
        int answers = 0;
        await Parallel.ForEachAsync(BadPath.All, eight, async (path, stop) =>
        {
            int most = path.Case.IsHeavy ? Compared : int.MaxValue;
            byte[] right = [];
            ConformanceSuite suite = ConformanceSuite.All.Single(s => s.Cases.Contains(path.Case));
            await using (ConformanceListener listener = ConformanceListener.Start("http", suite.Cases))
            {
                await listener.PlayAsync(path.Case, async (url, _) => right = await AskAsync(url.Port, url.AbsolutePath, most, stop), stop);
            }

            byte[] sent = await AskAsync(server.EndPoint.Port, $"/bad/{path.Path}", most, stop);
            string next = await GetAsync(server, "/poll");
            lock (wrong)
            {
                answers += right.Length > 0 ? 1 : 0;
                if (right.Length == 0 && sent.AsSpan().StartsWith("HTTP/1.1 400 Bad Request\r\n"u8))
                {
                    withoutOccasion.Add(path.Path);
                }
                else if (!IsSame(right, sent) || !next.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
                {
                    wrong.Add($"{path}: {Show(sent)} and not {Show(right)}; then {next.Split('\r')[0]}");
                    output.WriteLine(wrong[^1]);
                }
            }
        });
        Assert.Empty(wrong);
        Assert.True(answers > BadPath.All.Count - 10, $"{answers} answers");
        output.WriteLine($"without occasion: {string.Join(", ", withoutOccasion)}");
        Assert.Contains("ws/handshake/refused/extensions/deflate-not-offered", withoutOccasion);
        Assert.True(withoutOccasion.Count < 5, "only what this client's offer excludes");
    }

    [Fact]
    public async Task The_connection_goes_on_where_the_answer_leaves_it()
    {
        await using WireServer server = await StartAsync();
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        foreach (int _ in Enumerable.Range(0, 3))
        {
            await client.SendAsync("GET /bad/http1/framing/no-body/204-with-length HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("HTTP/1.1 204 Something\r\nContent-Length: 5\r\n\r\n", await client.ReadHeadAsync());
            await client.SendAsync("GET /bad/none HTTP/1.1\r\nHost: a\r\n\r\n");
            string head = await client.ReadHeadAsync();
            Assert.StartsWith("HTTP/1.1 404 ", head, StringComparison.Ordinal);
            int length = int.Parse(head.Split("Content-Length: ")[1].Split('\r')[0], CultureInfo.InvariantCulture);
            await client.ReadTextAsync(length);
        }
    }

    [Fact]
    public async Task A_server_that_stops_waits_for_no_client()
    {
        WireServer server = await StartAsync();
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.UpgradeAsync("/bad/ws/frames/rsv/1-text", extensions: null);
        Assert.Equal("9101", (await client.ReadHexAsync(3))[..4]);
        await server.DisposeAsync();
        Assert.Equal(0, server.Connections);
    }

    internal static Task<WireServer> StartAsync()
        => WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Misbehaves = true });

    /// <summary>Asks as a WebSocket client, which any server may answer as it likes, says no more, and reads what comes.</summary>
    private static async Task<byte[]> AskAsync(int port, string path, int most, CancellationToken stop)
    {
        using TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, stop);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, superchat\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"),
            stop);
        if (most == int.MaxValue)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        using MemoryStream all = new();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (all.Length < most && await stream.ReadAsync(buffer, stop) is > 0 and int count)
            {
                all.Write(buffer, 0, count);
            }
        }
        catch (IOException)
        {
            // A reset.
        }

        // The one thing that differs is where a redirect leads.
        string text = Encoding.Latin1.GetString(all.ToArray());
        return Encoding.Latin1.GetBytes(
            text.Replace($"127.0.0.1:{port}", "here", StringComparison.Ordinal).Replace("/case/sse-client/", "/bad/sse/", StringComparison.Ordinal));
    }

    private static bool IsSame(byte[] right, byte[] sent)
    {
        int shared = Math.Min(right.Length, sent.Length);
        return right.AsSpan(0, shared).SequenceEqual(sent.AsSpan(0, shared)) && (right.Length == sent.Length || shared >= Compared);
    }

    private static string Show(byte[] bytes)
        => $"{bytes.Length} bytes '{Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(400, bytes.Length))).ReplaceLineEndings("\\r\\n")}'";

    private static string BodyOf(string answer)
        => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));

    private static async Task<string> GetAsync(WireServer server, string path, string fields = "", string method = "GET")
    {
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n");
        return await client.ReadTextToEndAsync();
    }
}
