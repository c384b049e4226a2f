using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using WireProtocols.AspNetCore;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.AspNetCore;

public class WireWebSocketEndpointTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static WireWebSocketOptions WithDeflate => new() { Subprotocols = ["v2", "v1"], Connection = new() { Deflate = new() } };

    [Theory]
    [InlineData(HttpProtocols.Http1, 1)]
    [InlineData(HttpProtocols.Http2, 2)]
    public async Task The_platforms_client_gets_its_echo(HttpProtocols protocols, int version)
    {
        await using WebApplication server = await WireApplication.StartAsync(
            app => app.MapWireWebSocket("/echo", WithDeflate, EchoAsync), protocols: protocols);
        using ClientWebSocket client = new();
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        client.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        client.Options.AddSubProtocol("v1");
        client.Options.DangerousDeflateOptions = new System.Net.WebSockets.WebSocketDeflateOptions();
        await client.ConnectAsync(server.WebSocketUri("/echo"), invoker, Stop);
        Assert.Equal("v1", client.SubProtocol);
        await client.SendAsync("Grüße"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Stop);
        byte[] received = new byte[64];
        WebSocketReceiveResult echo = await client.ReceiveAsync(new ArraySegment<byte>(received), Stop);
        Assert.Equal("Grüße", Encoding.UTF8.GetString(received, 0, echo.Count));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Stop);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task The_decision_sees_the_request_and_says_more_than_yes(HttpProtocols protocols)
    {
        WireWebSocketOptions options = new()
        {
            Decide = (context, request, _) => ValueTask.FromResult(
                request.Path == "/chat" && context.Request.Query["who"] is [{ } who]
                    ? WebSocketDecision.Accept(fields: [new("Set-Cookie", "a=1"), new("Set-Cookie", $"who={who}")], userState: who)
                    : WebSocketDecision.Refuse(request.Reject(401, "Who are you?\n", [new("WWW-Authenticate", "Bearer")]))),
        };
        await using WebApplication server = await WireApplication.StartAsync(
            app => app.MapWireWebSocket(
                "/chat", options, async (connection, _, stop) => await connection.SendTextAsync($"Hello {connection.UserState}", stop)),
            protocols: protocols);
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        WebSocketConnectOptions connect = protocols == HttpProtocols.Http2 ? new() { Invoker = invoker } : new();
        WebSocketHandshakeException refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(server.WebSocketUri("/chat"), connect, Stop).AsTask());
        Assert.Equal(
            (401, "Bearer", "Who are you?\n"),
            (refusal.StatusCode, refusal.Refusal!.GetField("www-authenticate"), refusal.Refusal.GetBodyText()));

        using ClientWebSocket client = new();
        client.Options.CollectHttpResponseDetails = true;
        client.Options.HttpVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await client.ConnectAsync(server.WebSocketUri("/chat?who=Ada"), invoker, Stop);
        Assert.Equal(["a=1", "who=Ada"], client.HttpResponseHeaders!["Set-Cookie"]);
        byte[] received = new byte[64];
        WebSocketReceiveResult hello = await client.ReceiveAsync(new ArraySegment<byte>(received), Stop);
        Assert.Equal("Hello Ada", Encoding.UTF8.GetString(received, 0, hello.Count));
    }

    [Theory]
    [InlineData(null, new string[0], true)]
    [InlineData("http://{host}", new string[0], true)]
    [InlineData("https://evil.example", new string[0], false)]
    [InlineData("null", new string[0], false)]
    [InlineData("http://127.0.0.1:1", new string[0], false)]
    [InlineData("https://good.example", new[] { "https://good.example/" }, true)]
    [InlineData("https://GOOD.example", new[] { "https://good.example" }, true)]
    [InlineData("http://good.example", new[] { "https://good.example" }, false)]
    [InlineData("http://{host}", new[] { "https://good.example" }, false)]
    [InlineData("https://evil.example", new[] { "*" }, true)]
    public async Task A_page_of_another_origin_may_not_connect(string? origin, string[] allowed, bool isAccepted)
    {
        await using WebApplication server = await WireApplication.StartAsync(
            app => app.MapWireWebSocket("/echo", new WireWebSocketOptions { AllowedOrigins = [.. allowed] }, EchoAsync));
        Uri uri = server.WebSocketUri("/echo");
        WebSocketConnectOptions connect = new() { Origin = origin?.Replace("{host}", uri.Authority, StringComparison.Ordinal) };
        if (isAccepted)
        {
            await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(uri, connect, Stop);
            await connection.SendTextAsync("hello", Stop);
            using OwnedWebSocketMessage? echo = await connection.ReceiveAsync(Stop);
            Assert.Equal("hello", echo!.GetText());
            return;
        }

        WebSocketHandshakeException refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(uri, connect, Stop).AsTask());
        Assert.Equal(403, refusal.StatusCode);
    }

    [Fact]
    public async Task What_is_no_handshake_is_told_so()
    {
        await using WebApplication server = await WireApplication.StartAsync(app => app.MapWireWebSocket("/echo", EchoAsync));
        using HttpClient http = new();
        using HttpResponseMessage plain = await http.GetAsync(server.HttpUri("/echo"), Stop);
        Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
        Assert.Contains("RFC 6455", await plain.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using HttpResponseMessage post = await http.PostAsync(server.HttpUri("/echo"), new StringContent(""), Stop);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task A_handler_that_throws_closes_with_1011()
    {
        await using WebApplication server = await WireApplication.StartAsync(
            app => app.MapWireWebSocket("/bad", (_, _, _) => throw new InvalidDataException("no")));
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.WebSocketUri("/bad"), cancellationToken: Stop);
        Assert.Null(await connection.ReceiveAsync(Stop));
        Assert.Equal(WebSocketCloseCode.InternalError, connection.CloseCode);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Whoever_is_connected_is_told_when_the_application_stops(HttpProtocols protocols)
    {
        await using WebApplication server = await WireApplication.StartAsync(app => app.MapWireWebSocket("/echo", EchoAsync), protocols: protocols);
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        WebSocketConnectOptions connect = protocols == HttpProtocols.Http2 ? new() { Invoker = invoker } : new();
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(server.WebSocketUri("/echo"), connect, Stop);
        await connection.SendTextAsync("hello", Stop);
        using OwnedWebSocketMessage? echo = await connection.ReceiveAsync(Stop);
        Task stopping = server.StopAsync(Stop);
        Assert.Null(await connection.ReceiveAsync(Stop));
        Assert.Equal((WebSocketCloseCode.GoingAway, "The server stops."), (connection.CloseCode, connection.CloseReason));
        await connection.CloseAsync(cancellationToken: Stop);
        await stopping;
    }

    [Fact]
    public async Task A_handler_that_does_not_end_is_cancelled_and_its_connection_dropped()
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        WireWebSocketOptions options = new() { ShutdownTimeout = TimeSpan.FromMilliseconds(50) };
        await using WebApplication server = await WireApplication.StartAsync(app => app.MapWireWebSocket("/deaf", options, StayAsync));

        // It does not answer the Close, so that only the drop ends it.
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(
            server.WebSocketUri("/deaf"), new() { Connection = new() { AnswersClose = false } }, Stop);
        using OwnedWebSocketMessage? here = await connection.ReceiveAsync(Stop);
        Task stopping = server.StopAsync(Stop);
        await cancelled.Task.WaitAsync(Stop);

        // The handler is still there, and the connection is not.
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await connection.PingAsync(Stop);
                await Task.Yield();
            }
        });
        end.SetResult();
        await stopping;

        async Task StayAsync(WebSocketConnection served, HttpContext context, CancellationToken stop)
        {
            await served.SendTextAsync("here", stop);
            await using CancellationTokenRegistration registration = stop.Register(cancelled.SetResult);
            await end.Task;
        }
    }

    [Fact]
    public async Task What_came_before_the_client_left_is_there_to_be_read()
    {
        TaskCompletionSource<int> count = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await WireApplication.StartAsync(app => app.MapWireWebSocket("/count", CountAsync));
        Uri uri = server.HttpUri("/count");
        using TcpClient client = new();
        await client.ConnectAsync(uri.Host, uri.Port, Stop);
        await client.Client.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /count HTTP/1.1\r\nHost: {uri.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Stop);
        Assert.InRange(await client.Client.ReceiveAsync(new byte[4096], Stop), 1, 4096);

        // A hundred messages, Close, and the end of the sending side, all at once.
        byte[] message = [0x81, 0x81, 0, 0, 0, 0, (byte)'a'];
        byte[] close = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8];
        await client.Client.SendAsync(Enumerable.Repeat(message, 100).Append(close).SelectMany(b => b).ToArray(), Stop);
        client.Client.Shutdown(SocketShutdown.Send);
        await left.Task.WaitAsync(Stop);
        Assert.Equal(100, await count.Task.WaitAsync(Stop));

        async Task CountAsync(WebSocketConnection served, HttpContext context, CancellationToken stop)
        {
            await using (context.RequestAborted.Register(left.SetResult))
            {
                await left.Task;
            }

            int messages = 0;
            while (await served.ReceiveAsync(stop) is { } received)
            {
                received.Dispose();
                messages++;
            }

            count.SetResult(messages);
        }
    }

    [Fact]
    public async Task Options_come_from_the_configuration()
    {
        await using WebApplication server = await WireApplication.StartAsync(
            app => app.MapWireWebSocket("/echo", EchoAsync),
            builder =>
            {
                builder.Configuration["WebSockets:Subprotocols:0"] = "chat";
                builder.Configuration["WebSockets:AllowedOrigins:0"] = "https://good.example";
                builder.Configuration["WebSockets:ShutdownTimeout"] = "00:00:01";
                builder.Services.Configure<WireWebSocketOptions>(builder.Configuration.GetSection("WebSockets"));
            });
        Uri uri = server.WebSocketUri("/echo");
        WebSocketConnectOptions connect = new() { Origin = "https://good.example", Subprotocols = ["other", "chat"] };
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(uri, connect, Stop);
        Assert.Equal("chat", connection.Subprotocol);
        await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(uri, new() { Origin = "https://other.example" }, Stop).AsTask());
    }

    [Fact]
    public async Task Middleware_stands_before_the_endpoint()
    {
        await using WebApplication server = await WireApplication.StartAsync(app =>
        {
            app.Use((context, next) =>
            {
                if (context.GetEndpoint()?.Metadata.GetMetadata<Locked>() is not null)
                {
                    context.Response.StatusCode = 423;
                    return Task.CompletedTask;
                }

                return next(context);
            });
            app.MapWireWebSocket("/locked", EchoAsync).WithMetadata(new Locked());
        });
        WebSocketHandshakeException refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(server.WebSocketUri("/locked"), cancellationToken: Stop).AsTask());
        Assert.Equal(423, refusal.StatusCode);
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

    private sealed class Locked;
}
