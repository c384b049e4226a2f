using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using WireProtocols.Tests.Docs;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.WebSockets;

/// <summary>Connections on streams that Kestrel hands over: HTTP/2 streams by extended CONNECT (RFC 8441), HTTP/1.1 ones by upgrade.</summary>
public sealed class KestrelConnectionTests
{
    private static readonly string Text = string.Concat(Enumerable.Repeat("Ünïcödé over a stream; ", 4000));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientWebSocket_over_HTTP2_gets_its_echo_and_its_close(bool deflate)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        WebSocketCloseCode? closed = null;
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, async context =>
        {
            await using WebSocketConnection connection = await AcceptConnectAsync(context);
            await EchoAsync(connection);
            closed = connection.CloseCode;
        });
        using ClientWebSocket client = new();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        client.Options.DangerousDeflateOptions
            = deflate ? new System.Net.WebSockets.WebSocketDeflateOptions { ClientMaxWindowBits = 10, ServerMaxWindowBits = 11 } : null;
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        await client.ConnectAsync(new Uri(server.Urls.Single().Replace("http", "ws", StringComparison.Ordinal)), invoker, stop);
        await ExchangeAsync(client, stop);
        await client.CloseAsync((WebSocketCloseStatus)4000, "done", stop);
        Assert.Equal((WebSocketCloseStatus)4000, client.CloseStatus);
        await server.StopAsync(stop);
        Assert.Equal((WebSocketCloseCode)4000, closed);
    }

    [Fact]
    public async Task ClientWebSocket_over_HTTP2_is_told_when_the_server_closes()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, async context =>
        {
            await using WebSocketConnection connection = await AcceptConnectAsync(context);
            await connection.SendTextAsync("last words");
            await connection.CloseAsync(WebSocketCloseCode.GoingAway, "draining");
        });
        using ClientWebSocket client = new();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        await client.ConnectAsync(new Uri(server.Urls.Single().Replace("http", "ws", StringComparison.Ordinal)), invoker, stop);
        byte[] buffer = new byte[100];
        WebSocketReceiveResult result = await client.ReceiveAsync(buffer, stop);
        Assert.Equal("last words", Encoding.UTF8.GetString(buffer, 0, result.Count));
        result = await client.ReceiveAsync(buffer, stop);
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "draining"), (result.CloseStatus, result.CloseStatusDescription));
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, stop);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task This_librarys_client_is_a_stream_of_an_HTTP2_connection_that_the_caller_has(bool deflate)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, async context =>
        {
            await using WebSocketConnection connection = await AcceptConnectAsync(context);
            await EchoAsync(connection);
        });
        Uri uri = new(server.Urls.Single().Replace("http", "ws", StringComparison.Ordinal) + "/chat?a=[1]|2");
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        WebSocketConnectOptions options = new() { Invoker = invoker, Connection = new() { Deflate = deflate ? new() : null } };
        WebSocketConnection[] both =
        [
            await WebSocketClient.ConnectAsync(uri, options, stop), await WebSocketClient.ConnectAsync(uri, options, stop),
        ];
        foreach (WebSocketConnection connection in both)
        {
            Assert.Equal(deflate, connection.Deflate is not null);
            await connection.SendTextAsync(Text, stop);
            using OwnedWebSocketMessage? echo = await connection.ReceiveAsync(stop);
            Assert.Equal(Text, echo!.GetText());
        }

        foreach (WebSocketConnection connection in both)
        {
            await connection.CloseAsync((WebSocketCloseCode)4001, "done", stop);
            Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
        }
    }

    /// <summary>Both ends are platform's WebSockets that became connections: that of ASP.NET Core, and a ClientWebSocket.</summary>
    [Fact]
    public async Task The_WebSockets_of_the_framework_and_of_the_platform_become_connections()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        WebSocketCloseCode? closed = null;
        WebSocketBroadcaster room = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        await using WebApplication application = builder.Build();
        application.UseWebSockets();
        application.Run(async context =>
        {
            using WebSocket accepted = await context.WebSockets.AcceptWebSocketAsync(
                new WebSocketAcceptContext { SubProtocol = "chat", DangerousEnableCompression = true });
            await using WebSocketConnection connection = accepted.AsConnection(WebSocketRole.Server);
            await using WebSocketSubscription member = room.Subscribe(connection);
            while (await connection.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    await room.PublishAsync(new WebSocketPreparedMessage(message.Opcode, message.Payload.Span));
                }
            }

            closed = connection.CloseCode;
        });
        await application.StartAsync(stop);
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("chat");
        socket.Options.DangerousDeflateOptions = new System.Net.WebSockets.WebSocketDeflateOptions();
        await socket.ConnectAsync(new Uri(application.Urls.Single().Replace("http", "ws", StringComparison.Ordinal)), stop);
        await using WebSocketConnection client = socket.AsConnection(WebSocketRole.Client);
        Assert.Equal("chat", client.Subprotocol);
        for (int round = 0; round < 3; round++)
        {
            await client.SendTextAsync(Text, stop);
            using OwnedWebSocketMessage? echo = await client.ReceiveAsync(stop);
            Assert.Equal(Text, echo!.GetText());
        }

        await client.CloseAsync((WebSocketCloseCode)4003, "done", stop);
        Assert.Equal((WebSocketCloseCode)4003, client.CloseCode);
        await application.StopAsync(stop);
        Assert.Equal((WebSocketCloseCode)4003, closed);
    }

    [Fact]
    public async Task This_librarys_client_is_told_why_it_was_refused_over_HTTP2()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, async context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await context.Response.WriteAsync("Who are you?");
        });
        Uri uri = new(server.Urls.Single().Replace("http", "ws", StringComparison.Ordinal));
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        WebSocketHandshakeException exception = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(uri, new() { Invoker = invoker }, stop).AsTask());
        Assert.Equal(
            (401, "Bearer", "Who are you?", true),
            (exception.StatusCode, exception.Refusal!.GetField("www-authenticate"), exception.Refusal.GetBodyText(), exception.Refusal.IsBodyWhole));
        await server.StopAsync(stop);
        await Assert.ThrowsAsync<IOException>(() => WebSocketClient.ConnectAsync(uri, new() { Invoker = invoker }, stop).AsTask());
    }

    [Fact]
    public async Task Both_clients_get_their_echo_from_an_upgraded_request_and_a_bad_one_is_refused()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using WebApplication server = await StartAsync(HttpProtocols.Http1, ReadmeCode.Layer4Async);
        Uri uri = new(server.Urls.Single().Replace("http", "ws", StringComparison.Ordinal));
        using ClientWebSocket theirs = new();
        theirs.Options.DangerousDeflateOptions = new System.Net.WebSockets.WebSocketDeflateOptions();
        await theirs.ConnectAsync(uri, stop);
        await ExchangeAsync(theirs, stop);
        await theirs.CloseAsync(WebSocketCloseStatus.NormalClosure, "", stop);

        await using WebSocketConnection ours = await WebSocketClient.ConnectAsync(uri, cancellationToken: stop);
        await ours.SendTextAsync(Text, stop);
        using OwnedWebSocketMessage? echo = await ours.ReceiveAsync(stop);
        Assert.Equal(Text, echo!.GetText());
        await ours.CloseAsync((WebSocketCloseCode)4001, "done", stop);
        Assert.Equal((WebSocketCloseCode)4001, ours.CloseCode);

        using HttpClient http = new();
        using HttpRequestMessage old = new(HttpMethod.Get, server.Urls.Single());
        old.Headers.Add("Connection", "Upgrade");
        old.Headers.Add("Upgrade", "websocket");
        old.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        old.Headers.Add("Sec-WebSocket-Version", "12");
        using HttpResponseMessage refusal = await http.SendAsync(old, stop);
        Assert.Equal(HttpStatusCode.UpgradeRequired, refusal.StatusCode);
        Assert.Equal("13", refusal.Headers.GetValues("Sec-WebSocket-Version").Single());
    }

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, RequestDelegate run)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        WebApplication application = builder.Build();
        application.Run(run);
        await application.StartAsync();
        return application;
    }

    private static async Task<WebSocketConnection> AcceptConnectAsync(HttpContext context)
    {
        IHttpExtendedConnectFeature connect = context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>();
        WebSocketHandshakeRequest request = WebSocketHandshakeConnect.ParseRequest(
        [
            new(":method", context.Request.Method),
            new(":protocol", connect.Protocol!),
            new(":scheme", context.Request.Scheme),
            new(":path", $"{context.Request.Path}{context.Request.QueryString}"),
            new(":authority", context.Request.Host.Value!),
            .. context.Request.Headers.Where(h => h.Key[0] != ':' && h.Key != "Host")
                .Select(h => new WebSocketHandshakeField(h.Key, h.Value.ToString())),
        ]);
        WebSocketAcceptOptions options = new() { Connection = new() { Deflate = new() } };
        WebSocketHandshakeResponse response = WebSocketServer.Accept(request, options, out WebSocketDeflateParameters? deflate);
        foreach (WebSocketHandshakeField field in response.GetConnectFields().Where(f => f.Name[0] != ':'))
        {
            context.Response.Headers.Append(field.Name, field.Value);
        }

        return WebSocketConnection.Create(await connect.AcceptAsync(), WebSocketRole.Server, options.Connection, deflate);
    }

    private static async Task EchoAsync(WebSocketConnection connection)
    {
        while (await connection.ReceiveAsync() is { } message)
        {
            using (message)
            {
                await connection.SendAsync(message.Opcode, message.Payload);
            }
        }
    }

    private static async Task ExchangeAsync(WebSocket client, CancellationToken stop)
    {
        byte[] sent = Encoding.UTF8.GetBytes(Text);
        byte[] received = new byte[sent.Length];
        for (int round = 0; round < 3; round++)
        {
            Task sending = client.SendAsync(sent, WebSocketMessageType.Text, endOfMessage: true, stop);
            int length = 0;
            for (bool isLast = false; !isLast;)
            {
                WebSocketReceiveResult result = await client.ReceiveAsync(new ArraySegment<byte>(received, length, received.Length - length), stop);
                length += result.Count;
                isLast = result.EndOfMessage;
            }

            await sending;
            Assert.Equal(sent, received[..length]);
        }
    }
}
