using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using WireProtocols.ProxyProtocol;
using WireProtocols.Transports;

namespace WireProtocols.InteropTests.ProxyProtocol;

/// <summary>HAProxy in front of `wire serve --proxy-protocol`, and behind what this library writes.</summary>
public sealed class HaproxyTests(ProxyServeFixture server) : IClassFixture<ProxyServeFixture>
{
    [Theory]
    [InlineData("send-proxy", 1)]
    [InlineData("send-proxy-v2", 2)]
    public async Task The_client_is_named_in_both_versions(string option, int version)
    {
        await using ProxyProgram haproxy = await ProxyProgram.StartHaproxyAsync((_, port) => Listen($"127.0.0.1:{port}", option));
        (JsonElement peer, string self) = await PeerRequest.SendAsync(haproxy.Port);
        Assert.Equal(self, peer.GetProperty("client").GetString());
        Assert.Equal($"127.0.0.1:{haproxy.Port}", peer.GetProperty("destination").GetString());
        Assert.Equal((version, "Proxy"), (peer.GetProperty("version").GetInt32(), peer.GetProperty("command").GetString()));
        Assert.NotEqual(self, peer.GetProperty("socket").GetString());
    }

    [Fact]
    public async Task Checksum_name_and_tls_come_with_it()
    {
        const string Options = "send-proxy-v2 proxy-v2-options crc32c,unique-id,ssl,ssl-cipher,cert-sig,cert-key,authority";
        await using ProxyProgram haproxy = await ProxyProgram.StartHaproxyAsync(
            (_, port) => Listen($"127.0.0.1:{port} ssl crt cert.pem alpn http/1.1", Options) + "\n  unique-id-format %ci_%cp_%Ts",
            ("cert.pem", CreateCertificate()));
        (JsonElement peer, string self) = await PeerRequest.SendAsync(haproxy.Port, "wire.example");
        Assert.Equal(self, peer.GetProperty("client").GetString());
        Assert.Equal(4, PeerRequest.Tlv(peer, "Checksum")!.Length);
        Assert.Equal("wire.example"u8, PeerRequest.Tlv(peer, "Authority")!);
        Assert.Equal("http/1.1"u8, PeerRequest.Tlv(peer, "Alpn")!);
        Assert.StartsWith($"127.0.0.1_{self.Split(':')[1]}_", Encoding.ASCII.GetString(PeerRequest.Tlv(peer, "UniqueId")!), StringComparison.Ordinal);
        (ProxySslClient client, string version, string cipher) = ReadSsl(PeerRequest.Tlv(peer, "Ssl")!);
        Assert.Equal(ProxySslClient.Ssl, client);
        Assert.StartsWith("TLSv1.", version, StringComparison.Ordinal);
        Assert.NotEqual("", cipher);
    }

    [Fact]
    public async Task A_client_on_a_unix_socket_has_no_address()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using ProxyProgram haproxy
            = await ProxyProgram.StartHaproxyAsync((_, port) => Listen($"127.0.0.1:{port},unix@{path}", "send-proxy-v2"));
        using Socket socket = await ConnectAsync(path);
        await using NetworkStream stream = new(socket);
        JsonElement peer = PeerRequest.Parse(
            await PeerRequest.ExchangeAsync(stream, "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray()));
        Assert.Equal(peer.GetProperty("socket").GetString(), peer.GetProperty("client").GetString());
        Assert.Equal("", peer.GetProperty("destination").GetString());
    }

    [Fact]
    public async Task Health_checks_are_connections_of_its_own()
    {
        TaskCompletionSource<OwnedProxyHeader> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TransportListener listener = TransportListener.Start(
            new IPEndPoint(IPAddress.Loopback, 0),
            (_, peer) =>
            {
                // Whoever looked whether the proxy has started was relayed, as a client of it.
                if (peer.Header is { Command: ProxyCommand.Local } header)
                {
                    seen.TrySetResult(header);
                }

                return Task.CompletedTask;
            },
            new TransportListenerOptions { ProxyProtocol = new ProxyListenerOptions { Trusted = ProxyListenerOptions.Loopback } });
        int checkedPort = ((IPEndPoint)listener.LocalEndPoint).Port;
        await using ProxyProgram haproxy = await ProxyProgram.StartHaproxyAsync((_, port) => $"""
            listen checks
              mode tcp
              bind 127.0.0.1:{port}
              server wire 127.0.0.1:{checkedPort} send-proxy-v2 check check-send-proxy inter 100ms
            """);
        OwnedProxyHeader check = await seen.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal((2, false), (check.Version, check.Source is not null));
    }

    public static TheoryData<string> Written => [.. ProxyWritings.Names];

    [Theory]
    [MemberData(nameof(Written))]
    public async Task It_reads_what_is_written_here(string name)
    {
        const string Said = "%[src] %[src_port] %[dst] %[dst_port] %[fc_pp_authority] %[fc_pp_unique_id]";
        await using ProxyProgram haproxy = await ProxyProgram.StartHaproxyAsync((_, port) => $"""
            frontend said
              mode http
              bind 127.0.0.1:{port} accept-proxy
              http-request return status 200 content-type text/plain lf-string "{Said}"
            """);
        ProxyWriting writing = ProxyWritings.Get(name);
        string answer = await ProxyWritings.AskAsync(haproxy.Port, writing);
        Assert.Equal($"{writing.Expected} {writing.Authority} {writing.UniqueId}".TrimEnd(), answer.TrimEnd());
    }

    /// <summary>The proxy listens on its port a moment before it does on its path.</summary>
    private static async Task<Socket> ConnectAsync(string path)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        while (true)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), patience.Token);
                return socket;
            }
            catch (SocketException) when (!patience.IsCancellationRequested)
            {
                socket.Dispose();
                await Task.Yield();
            }
        }
    }

    private string Listen(string bind, string options) => $"""
        listen wire
          mode tcp
          bind {bind}
          server wire 127.0.0.1:{server.Port} {options}
        """;

    private static (ProxySslClient Client, string Version, string Cipher) ReadSsl(byte[] value)
    {
        Assert.True(ProxySsl.TryRead(value, out ProxySsl ssl));
        Assert.True(ssl.Tlvs.TryGet(ProxyTlvType.SslVersion, out ReadOnlySpan<byte> version));
        Assert.True(ssl.Tlvs.TryGet(ProxyTlvType.SslCipher, out ReadOnlySpan<byte> cipher));
        return (ssl.Client, Encoding.ASCII.GetString(version), Encoding.ASCII.GetString(cipher));
    }

    private static string CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=wire.example", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
