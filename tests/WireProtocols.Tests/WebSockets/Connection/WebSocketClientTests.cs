using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Ways to a server, and what comes of those that lead nowhere.</summary>
public class WebSocketClientTests
{
    [Theory]
    [InlineData("429 Too Many Requests", "Content-Length: 14", "{\"retry\":true}", true)]
    [InlineData("503 Busy", "Transfer-Encoding: chunked", "4\r\nbusy\r\n0\r\n\r\n", true)]
    [InlineData("403 No", "Content-Length: 100", "cut off", false)]
    public async Task A_refused_client_sees_status_fields_and_the_beginning_of_the_body(string status, string framing, string body, bool isWhole)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nRetry-After: 7\r\n{framing}\r\n\r\n{body}"));
        await peer.Output.CompleteAsync();
        WebSocketHandshakeException exception = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(ours, new("example.com", "/")).AsTask());
        Assert.Equal(
            (status[..3], "7", isWhole),
            ($"{exception.StatusCode}", exception.Refusal!.GetField("Retry-After"), exception.Refusal.IsBodyWhole));
        Assert.Equal(body.StartsWith('4') ? "busy" : body, exception.Refusal.GetBodyText());
    }

    [Fact]
    public async Task What_people_write_in_a_URI_is_escaped_and_a_user_becomes_credentials()
    {
        using TcpListener listener = Listen(out int port);
        Task<WebSocketConnection?> accepting = AcceptAsync(listener);
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(
            new Uri($"ws://us%65r:p%3Ass@127.0.0.1:{port}?a=[1]|2"), new() { Proxy = null });
        await using WebSocketConnection? server = await accepting.WaitAsync(ConnectionPair.Patience);
        string query = server!.Request!.Query.Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal);
        Assert.Equal(("/", "a=[1]%7C2"), (server.Request.Path, query));
        Assert.Equal($"Basic {Convert.ToBase64String("user:p:ss"u8)}", server.Request.GetField("authorization"u8));
        client.Abort();
    }

    [Fact]
    public async Task A_proxy_is_asked_for_a_tunnel_with_its_credentials()
    {
        using TcpListener listener = Listen(out int port);
        Task<string> proxying = Task.Run(async () =>
        {
            Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
            SocketTransport transport = new(socket);
            string request = await ReadHeadAsync(transport.Input);
            await transport.Output.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
            WebSocketConnection? server = await WebSocketServer.AcceptAsync(transport);
            server!.Abort();
            return request;
        });
        WebProxy proxy = new(new Uri($"http://127.0.0.1:{port}")) { Credentials = new NetworkCredential("me", "secret") };
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri("ws://chat.example/room"), new() { Proxy = proxy });
        string head = await proxying.WaitAsync(ConnectionPair.Patience);
        Assert.StartsWith("CONNECT chat.example:80 HTTP/1.1\r\nHost: chat.example:80\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String("me:secret"u8)}\r\n", head, StringComparison.Ordinal);
        client.Abort();
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named()
    {
        using TcpListener listener = Listen(out int port);
        Task proxying = Task.Run(async () =>
        {
            await using SocketTransport transport = new(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
            await ReadHeadAsync(transport.Input);
            await transport.Output.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        });
        WebSocketConnectOptions options = new() { Proxy = new WebProxy(new Uri($"http://127.0.0.1:{port}")) };
        IOException exception = await Assert.ThrowsAsync<IOException>(
            () => WebSocketClient.ConnectAsync(new Uri("ws://chat.example/"), options).AsTask());
        Assert.Contains("407 Proxy Authentication Required", exception.Message, StringComparison.Ordinal);
        await proxying.WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task A_Unix_socket_and_a_stream_of_the_callers_lead_to_a_server_too()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task<WebSocketConnection?> accepting = Task.Run(
            async () => await WebSocketServer.AcceptAsync(new SocketTransport(await listener.AcceptAsync())));
        await using (WebSocketConnection client = await WebSocketClient.ConnectAsync(
            new Uri("ws://localhost/"), new() { EndPoint = new UnixDomainSocketEndPoint(path) }))
        {
            await using WebSocketConnection? server = await accepting.WaitAsync(ConnectionPair.Patience);
            Assert.Equal("localhost", server!.Request!.Host);
            client.Abort();
        }

        File.Delete(path);
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        Task<WebSocketConnection?> other = WebSocketServer.AcceptAsync(peer).AsTask();
        WebSocketConnectOptions options = new()
        {
            ConnectCallback = (host, _) => new(host.Host == "chat.example" ? new PipedStream(ours) : Stream.Null),
        };
        await using WebSocketConnection second = await WebSocketClient.ConnectAsync(new Uri("ws://chat.example/"), options);
        Assert.NotNull(await other.WaitAsync(ConnectionPair.Patience));
        second.Abort();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_redirect_is_followed_where_that_is_asked_for_and_a_secret_stays_at_home(int maxRedirects)
    {
        using TcpListener listener = Listen(out int port);
        using TcpListener target = Listen(out int targetPort);
        Task redirecting = Task.Run(async () => await WebSocketServer.AcceptAsync(
            new SocketTransport(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken)),
            new()
            {
                Decide = (request, _) => new(WebSocketDecision.Refuse(
                    request.Reject(307, fields: [new("Location", $"http://127.0.0.1:{targetPort}/moved")]))),
            }));
        Task<WebSocketConnection?> accepting = AcceptAsync(target);
        Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(
            new Uri($"ws://user:secret@127.0.0.1:{port}/"), new() { Proxy = null, MaxRedirects = maxRedirects }).AsTask();
        if (maxRedirects == 0)
        {
            WebSocketHandshakeException exception = await Assert.ThrowsAsync<WebSocketHandshakeException>(
                () => connecting.WaitAsync(ConnectionPair.Patience));
            Assert.Equal(307, exception.StatusCode);
            return;
        }

        await using WebSocketConnection client = await connecting.WaitAsync(ConnectionPair.Patience);
        await using WebSocketConnection? server = await accepting.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(("/moved", null), (server!.Request!.Path, server.Request.GetField("authorization"u8)));
        await redirecting.WaitAsync(ConnectionPair.Patience);
        client.Abort();
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_in_time()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(
            ours, new("a", "/"), new() { Connection = new() { TimeProvider = time } }).AsTask();
        time.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<TimeoutException>(() => connecting.WaitAsync(ConnectionPair.Patience));
        Assert.True((await peer.Output.FlushAsync()).IsCompleted);
    }

    private static TcpListener Listen(out int port)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static async Task<WebSocketConnection?> AcceptAsync(TcpListener listener)
        => await WebSocketServer.AcceptAsync(new SocketTransport(await listener.AcceptSocketAsync()));

    private static async Task<string> ReadHeadAsync(PipeReader input)
    {
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            ReadResult result = await input.ReadAsync();
            head.Append(Encoding.ASCII.GetString(result.Buffer));
            input.AdvanceTo(result.Buffer.End);
        }

        return head.ToString();
    }
}
