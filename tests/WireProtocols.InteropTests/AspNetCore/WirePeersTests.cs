using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using WireProtocols.AspNetCore;
using WireProtocols.Ndjson;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.AspNetCore;

/// <summary>Clients of other people at the endpoints of an application under Kestrel.</summary>
public sealed partial class WirePeersTests
{
    private const int Patience = 120_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("false", 10)]
    [InlineData("""{"threshold":0}""", 11)]
    public async Task Npm_ws_gets_every_kind_of_message_back(string deflate, int lines)
    {
        await using WebApplication server = await WireApplication.StartAsync(Map);
        string[] said = await NodePeer.RunAsync("ws", "ws-client.mjs", $"{server.WebSocketUri("/echo")}", "20", "1000000", deflate);
        Assert.Equal("20 connections", said[0]);
        Assert.Equal(lines, said.Length);
    }

    [Theory]
    [InlineData("--http1.1", HttpProtocols.Http1)]
    [InlineData("--http2-prior-knowledge", HttpProtocols.Http2)]
    public async Task Curl_prints_what_is_sent_before_the_next_is(string version, HttpProtocols protocols)
    {
        await using WebApplication server = await WireApplication.StartAsync(Map, protocols: protocols);
        Assert.Equal("data: {\"Number\":1}", await ReadLineAsync("data:", version, $"{server.HttpUri("/events")}"));
        Assert.Equal("{\"Number\":1}", await ReadLineAsync("{", version, $"{server.HttpUri("/lines")}"));
        Assert.Equal("3", await ReadLineAsync("3", version, "--data-binary", "{\"Number\":1}\n{\"Number\":2}\n", $"{server.HttpUri("/lines")}"));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, 1)]
    [InlineData(HttpProtocols.Http2, 2)]
    public async Task HttpClient_reads_and_leaves_on_both_versions(HttpProtocols protocols, int version)
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await WireApplication.StartAsync(
            app =>
            {
                app.Use((context, next) =>
                {
                    context.RequestAborted.Register(() => gone.TrySetResult());
                    return next(context);
                });
                Map(app);
            },
            protocols: protocols);
        using HttpClient http = new()
        {
            DefaultRequestVersion = new Version(version, version == 1 ? 1 : 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using (HttpResponseMessage response = await http.GetAsync(server.HttpUri("/events"), HttpCompletionOption.ResponseHeadersRead, Stop))
        {
            Assert.Equal(version, response.Version.Major);
            Assert.NotEqual(0, await (await response.Content.ReadAsStreamAsync(Stop)).ReadAsync(new byte[1], Stop));
        }

        await gone.Task.WaitAsync(Stop);
    }

    /// <summary>The handler reads the end at once; only its token waits for what it may still read.</summary>
    [Fact(Timeout = Patience)]
    public async Task A_stream_of_HTTP_2_that_is_reset_is_seen_by_the_handler_at_once()
    {
        TaskCompletionSource<WebSocketCloseCode?> left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        WireWebSocketOptions options = new() { ShutdownTimeout = TimeSpan.FromHours(1) };
        await using WebApplication server = await WireApplication.StartAsync(
            app =>
            {
                app.MapWireWebSocket("/echo", options, EchoAsync);
                app.MapWireWebSocket("/stay", options, async (connection, _, _) =>
                {
                    await connection.SendTextAsync("here", CancellationToken.None);
                    try
                    {
                        using OwnedWebSocketMessage? none = await connection.ReceiveAsync(CancellationToken.None);
                        left.SetResult(connection.CloseCode);
                    }
                    catch (IOException)
                    {
                        left.SetResult(connection.CloseCode);
                    }
                });
            },
            protocols: HttpProtocols.Http2);
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        using ClientWebSocket other = await ConnectAsync(server.WebSocketUri("/echo"), invoker);
        using (ClientWebSocket client = await ConnectAsync(server.WebSocketUri("/stay"), invoker))
        {
            await client.ReceiveAsync(new ArraySegment<byte>(new byte[16]), Stop);
            client.Abort();
        }

        Assert.Equal(WebSocketCloseCode.AbnormalClosure, await left.Task.WaitAsync(Stop));

        // The stream was reset, and not the connection.
        await other.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Stop);
        Assert.Equal(5, (await other.ReceiveAsync(new ArraySegment<byte>(new byte[16]), Stop)).Count);
    }

    /// <summary>A page over TLS and HTTP/2: its WebSocket is a stream of the same connection, as Kestrel offers that.</summary>
    [Fact(Timeout = Patience)]
    public async Task A_page_in_Chromium_uses_all_three_over_HTTP_2()
    {
        await using Chromium? browser = await Chromium.TryStartAsync("--ignore-certificate-errors");
        Assert.SkipWhen(browser is null, "Chromium is not installed.");
        using X509Certificate2 certificate = CreateCertificate();
        await using WebApplication server = await WireApplication.StartAsync(
            Map, protocols: HttpProtocols.Http1AndHttp2, certificate: certificate);
        using Chromium.Page page = await browser.OpenAsync($"{server.HttpUri("/")}");
        JsonNode? seen = await page.EvaluateAsync("""
            (async () => {
              const socket = new WebSocket(`wss://${location.host}/protocol`, ['v2', 'v1']);
              const messages = [];
              const closed = new Promise(resolve => { socket.onclose = e => resolve([e.code, e.reason, e.wasClean]); });
              socket.onmessage = e => {
                messages.push(e.data);
                if (messages.length === 1) { socket.send('Grüße'); }
                if (messages.length === 2) { socket.close(4001, 'done'); }
              };
              const close = await closed;
              const source = new EventSource('/events');
              const event = await new Promise((resolve, reject) => {
                source.onmessage = e => resolve(e.data);
                source.onerror = reject;
              });
              source.close();
              const reader = (await fetch('/lines')).body.pipeThrough(new TextDecoderStream()).getReader();
              const line = (await reader.read()).value;
              await reader.cancel();
              return JSON.stringify({ messages, subprotocol: socket.protocol, extensions: socket.extensions, close, event, line });
            })()
            """);
        JsonNode told = JsonNode.Parse((string)seen!)!;
        Assert.Equal(["HTTP/2", "Grüße"], told["messages"]!.AsArray().Select(m => (string)m!));
        Assert.Equal("v2", (string)told["subprotocol"]!);
        Assert.StartsWith("permessage-deflate", (string)told["extensions"]!, StringComparison.Ordinal);
        Assert.Equal("[4001,\"\",true]", told["close"]!.ToJsonString());
        Assert.Equal("{\"Number\":1}", (string)told["event"]!);
        Assert.Equal("{\"Number\":1}\n", (string)told["line"]!);
    }

    private static void Map(WebApplication app)
    {
        WireWebSocketOptions options = new() { Subprotocols = ["v2", "v1"], Connection = new() { Deflate = new() } };
        app.MapGet("/", () => Results.Text("<!doctype html><title>page</title>", "text/html"));
        app.MapWireWebSocket("/echo", options, EchoAsync);
        app.MapWireWebSocket("/protocol", options, async (connection, context, stop) =>
        {
            await connection.SendTextAsync(context.Request.Protocol, stop);
            await EchoAsync(connection, context, stop);
        });
        app.MapGet("/events", () => WireResults.EventStream(NumbersAsync(), NumberJson.Default.Numbered));
        app.MapGet("/lines", () => WireResults.Ndjson(NumbersAsync(), NumberJson.Default.Numbered));
        app.MapPost("/lines", async (HttpRequest request) =>
        {
            int sum = 0;
            await foreach (NdjsonResult<Numbered> result in request.ReadNdjsonAsync(NumberJson.Default.Numbered))
            {
                sum += result.Value!.Number;
            }

            return $"{sum}\n";
        });
    }

    private static async Task EchoAsync(WebSocketConnection connection, HttpContext context, CancellationToken stop)
    {
        while (await connection.ReceiveAsync(stop) is { } message)
        {
            using (message)
            {
                await connection.SendAsync(message.Opcode, message.Payload, cancellationToken: stop);
            }
        }
    }

    /// <summary>One, and nothing more until the client has gone.</summary>
    private static async IAsyncEnumerable<Numbered> NumbersAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new Numbered(1);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri uri, HttpMessageInvoker invoker)
    {
        ClientWebSocket client = new();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await client.ConnectAsync(uri, invoker, Stop);
        return client;
    }

    private static async Task<string> ReadLineAsync(string beginning, params string[] arguments)
    {
        ProcessStartInfo start = new("curl", ["-sSN", .. arguments]) { RedirectStandardOutput = true };
        Process? curl = null;
        try
        {
            curl = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("curl is not installed.");
        }

        using (curl)
        {
            string? line;
            do
            {
                line = await curl!.StandardOutput.ReadLineAsync(Stop);
            }
            while (line?.StartsWith(beginning, StringComparison.Ordinal) == false);
            curl.Kill();
            return line ?? "nothing";
        }
    }

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    internal sealed record Numbered(int Number);

    [JsonSerializable(typeof(Numbered))]
    internal sealed partial class NumberJson : JsonSerializerContext;
}
