using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.Buffers;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>What a client's options say about the way to a server is what happens.</summary>
public class WebSocketConnectOptionsTests
{
    [Fact]
    public async Task A_client_certificate_is_shown()
    {
        using X509Certificate2 servers = CreateCertificate("server");
        using X509Certificate2 clients = CreateCertificate("client");
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<string?> serving = Task.Run(async () =>
        {
            Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
            SslStream secure = new(new NetworkStream(socket, ownsSocket: true), false, (_, theirs, _, _) => Are(theirs, clients));
            await secure.AuthenticateAsServerAsync(servers, clientCertificateRequired: true, checkCertificateRevocation: false);
            string? subject = secure.RemoteCertificate?.Subject;
            WebSocketConnection? server = await WebSocketServer.AcceptAsync(new SocketTransport(secure, socket));
            await server!.DisposeAsync();
            return subject;
        });
        WebSocketConnectOptions options = new()
        {
            Proxy = null,
            Tls = new SslClientAuthenticationOptions
            {
                ClientCertificates = [clients],
                RemoteCertificateValidationCallback = (_, theirs, _, _) => Are(theirs, servers),
            },
        };
        Uri uri = new($"wss://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(uri, options).AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Null(await client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience));
        Assert.Equal("CN=client", await serving.WaitAsync(ConnectionPair.Patience));
    }

    [Fact]
    public async Task A_response_beyond_the_limits_is_refused()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"u8.ToArray());
        Http1ProtocolException exception = await Assert.ThrowsAsync<Http1ProtocolException>(
            () => WebSocketClient.ConnectAsync(ours, new("example.com", "/"), new() { Head = new() { MaxFieldCount = 2 } }).AsTask());
        Assert.Equal(Http1ProtocolError.TooManyFields, exception.Error);
    }

    [Fact]
    public async Task A_way_that_never_ends_is_left_in_time()
    {
        ManualTimeProvider time = new();
        WebSocketConnectOptions options = new()
        {
            ConnectTimeout = TimeSpan.FromSeconds(7),
            Connection = new() { TimeProvider = time },
            ConnectCallback = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Stream.Null;
            },
        };
        Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(new Uri("ws://chat.example/"), options).AsTask();
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(connecting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        TimeoutException exception = await Assert.ThrowsAsync<TimeoutException>(() => connecting.WaitAsync(ConnectionPair.Patience));
        Assert.Contains("7 s", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A name stands for addresses of both families, and a server listens on one of them.</summary>
    [Fact]
    public async Task A_host_by_name_is_reached_at_the_address_that_answers()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task<WebSocketConnection?> accepting = Task.Run(
            async () => await WebSocketServer.AcceptAsync(new SocketTransport(await listener.AcceptSocketAsync())));
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri($"ws://localhost:{port}/"), new() { Proxy = null });
        await using WebSocketConnection? server = await accepting.WaitAsync(ConnectionPair.Patience);
        Assert.Equal($"localhost:{port}", server!.Request!.Host);
        client.Abort();
    }

    [Fact]
    public void The_proxy_is_the_platforms_unless_another_is_named() => Assert.Same(HttpClient.DefaultProxy, WebSocketConnectOptions.Default.Proxy);

    private static bool Are(X509Certificate? theirs, X509Certificate2 expected) => theirs?.GetCertHashString() == expected.GetCertHashString();

    private static X509Certificate2 CreateCertificate(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
