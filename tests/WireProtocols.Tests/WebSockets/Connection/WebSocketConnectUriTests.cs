using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.Buffers;
using WireProtocols.Tests.Harness;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Connections by URI, over sockets of their own.</summary>
public class WebSocketConnectUriTests
{
    [Fact]
    public async Task Ws_is_spoken_over_TCP()
    {
        using TcpListener listener = Listen();
        Task serving = ServeAsync(listener, null);
        await ExchangeAsync(new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/chat?a=b"), null);
        await serving.WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task Wss_is_spoken_over_TLS()
    {
        using X509Certificate2 certificate = CreateCertificate();
        using TcpListener listener = Listen();
        Task serving = ServeAsync(listener, certificate);
        SslClientAuthenticationOptions tls
            = new() { RemoteCertificateValidationCallback = (_, theirs, _, _) => theirs!.GetCertHashString() == certificate.GetCertHashString() };
        await ExchangeAsync(new Uri($"wss://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/chat?a=b"), tls);
        await serving.WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task The_TLS_session_is_ended_before_the_socket()
    {
        using X509Certificate2 certificate = CreateCertificate();
        using TcpListener listener = Listen();
        Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(
            new Uri($"wss://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"),
            new()
            {
                Tls = new()
                {
                    RemoteCertificateValidationCallback = (_, theirs, _, _) => theirs!.GetCertHashString() == certificate.GetCertHashString(),
                },
            },
            TestContext.Current.CancellationToken).AsTask();
        Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        RecordedStream received = new(new NetworkStream(socket, ownsSocket: true));
        SslStream secure = new(received);

        // In this version the types of the records can be seen from outside.
        await secure.AuthenticateAsServerAsync(certificate, false, SslProtocols.Tls12, false);
        WebSocketConnection? server
            = await WebSocketServer.AcceptAsync(new SocketTransport(secure, socket), cancellationToken: TestContext.Current.CancellationToken);
        Task<OwnedWebSocketMessage?> receiving = server!.ReceiveAsync(TestContext.Current.CancellationToken).AsTask();
        await (await connecting).CloseAsync(cancellationToken: TestContext.Current.CancellationToken).AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Null(await receiving.WaitAsync(ConnectionPair.Patience));
        await server.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);

        const byte Alert = 21;
        Assert.Equal(Alert, LastRecordType(received.Bytes));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using X509Certificate2 certificate = CreateCertificate();
        using TcpListener listener = Listen();
        Task serving = ServeAsync(listener, certificate);
        await Assert.ThrowsAsync<AuthenticationException>(
            () => WebSocketClient.ConnectAsync(
                new Uri($"wss://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"),
                cancellationToken: TestContext.Current.CancellationToken).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => serving.WaitAsync(ConnectionPair.Patience));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("ws://127.0.0.1/#fragment")]
    [InlineData("/relative")]
    public async Task What_is_no_WebSocket_URI_is_refused(string uri)
        => await Assert.ThrowsAsync<ArgumentException>(() => WebSocketClient.ConnectAsync(new Uri(uri, UriKind.RelativeOrAbsolute)).AsTask());

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static async Task ExchangeAsync(Uri uri, SslClientAuthenticationOptions? tls)
    {
        WebSocketConnectOptions options = new() { Tls = tls, Connection = new() { Deflate = new() } };
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(uri, options).AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.NotNull(client.Deflate);
        string text = RawFrame.Stars(100_000);
        await client.SendTextAsync(text);
        using OwnedWebSocketMessage? message = await client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(text, message!.GetText());
        await client.CloseAsync((WebSocketCloseCode)4001, "done").AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal((WebSocketCloseCode)4001, client.CloseCode);
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2? certificate)
    {
        using TcpClient socket = await listener.AcceptTcpClientAsync();
        Stream stream = socket.GetStream();
        if (certificate is not null)
        {
            SslStream secure = new(stream);
            await secure.AuthenticateAsServerAsync(certificate);
            stream = secure;
        }

        WebSocketAcceptOptions options = new()
        {
            Connection = new() { Deflate = new(), CanHalfClose = false },
        };
        WebSocketConnection? server = await WebSocketServer.AcceptAsync(
            new Duplex(PipeReader.Create(stream), PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true))), options);
        string target = $"{server!.Request!.Path}{server.Request.Query}";
        await EchoRun.EchoAsync(server!);
        Assert.Equal((WebSocketCloseCode)4001, server!.CloseCode);
        Assert.StartsWith("/chat", target, StringComparison.Ordinal);
    }

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static byte LastRecordType(ReadOnlySpan<byte> records)
    {
        byte type = 0;
        while (!records.IsEmpty)
        {
            type = records[0];
            records = records[(5 + BinaryPrimitives.ReadUInt16BigEndian(records[3..]))..];
        }

        return type;
    }

    /// <summary>Keeps what is read.</summary>
    private sealed class RecordedStream(Stream inner) : AsyncStream
    {
        private readonly MemoryStream _bytes = new();

        public ReadOnlySpan<byte> Bytes => _bytes.ToArray();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await inner.ReadAsync(buffer, cancellationToken);
            _bytes.Write(buffer.Span[..count]);
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            => inner.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
