using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.ProxyProtocol;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Transports;

/// <summary>Listeners that expect the header of a proxy, on event loops and on sockets.</summary>
public sealed class ProxyListenerTests
{
    private const string Line = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly ProxyListenerOptions FromHere = new() { Trusted = ProxyListenerOptions.Loopback };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_handler_is_told_whom_the_header_names_and_reads_what_follows(bool useEventLoops)
    {
        await using TransportListener listener = Start(FromHere, useEventLoops);
        using Socket client = await ConnectAsync(listener);

        // In two pieces, the second with the first bytes of what is inside.
        await client.SendAsync(Encoding.ASCII.GetBytes(Line[..9]));
        await client.SendAsync(Encoding.ASCII.GetBytes(Line[9..] + "hello"));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal($"192.0.2.7:4711 {client.LocalEndPoint} 198.51.100.1:443 hello", await ReadToEndAsync(client));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_health_check_has_the_address_of_the_proxy(bool useEventLoops)
    {
        await using TransportListener listener = Start(FromHere, useEventLoops);
        using Socket client = await ConnectAsync(listener);
        ArrayBufferWriter<byte> header = new();
        ProxyHeaderWriter.WriteLocal(header);
        await client.SendAsync(header.WrittenMemory);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal($"{client.LocalEndPoint} {client.LocalEndPoint}  ", await ReadToEndAsync(client));
    }

    [Theory]
    [InlineData(true, "GET / HTTP/1.1\r\n\r\n", ProxyProtocolError.SignatureMissing)]
    [InlineData(false, "GET / HTTP/1.1\r\n\r\n", ProxyProtocolError.SignatureMissing)]
    [InlineData(true, "PROXY TCP4 1.1.1.1", ProxyProtocolError.UnexpectedEnd)]
    public async Task A_trusted_peer_without_a_right_header_is_reset(bool useEventLoops, string text, ProxyProtocolError expected)
    {
        TaskCompletionSource<(EndPoint?, Exception)> refused = Refusal();
        ProxyListenerOptions options = new()
        {
            Trusted = ProxyListenerOptions.Loopback,
            Refused = (peer, why) => refused.SetResult((peer, why)),
        };
        await using TransportListener listener = Start(options, useEventLoops);
        using Socket client = await ConnectAsync(listener);
        EndPoint? local = client.LocalEndPoint;
        await client.SendAsync(Encoding.ASCII.GetBytes(text));
        client.Shutdown(SocketShutdown.Send);
        (EndPoint? peer, Exception why) = await refused.Task.WaitAsync(Patience);
        Assert.Equal(local, peer);
        Assert.Equal(expected, Assert.IsType<ProxyProtocolException>(why).Error);
        await AssertClosedAsync(client);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_header_that_does_not_come_in_time_ends_the_connection(bool useEventLoops)
    {
        ManualTimeProvider time = new();
        TaskCompletionSource<(EndPoint?, Exception)> refused = Refusal();
        await using TransportListener listener = TransportListener.Start(
            new IPEndPoint(IPAddress.Loopback, 0),
            AnswerAsync,
            new TransportListenerOptions
            {
                UseEventLoops = useEventLoops,
                TimeProvider = time,
                ProxyProtocol = new ProxyListenerOptions
                {
                    Trusted = ProxyListenerOptions.Loopback,
                    Timeout = TimeSpan.FromSeconds(4),
                    Refused = (peer, why) => refused.SetResult((peer, why)),
                },
            });
        using Socket client = await ConnectAsync(listener);
        await client.SendAsync("PROXY TCP4 192"u8.ToArray());

        // The clock stands still until the server waits by it, so it is moved until it was noticed.
        while (!refused.Task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.IsType<TimeoutException>((await refused.Task).Item2);
        await AssertClosedAsync(client);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_not_trusted_is_refused_though_the_header_is_right(bool useEventLoops)
    {
        TaskCompletionSource<(EndPoint?, Exception)> refused = Refusal();
        ProxyListenerOptions options = new()
        {
            Trusted = [IPNetwork.Parse("10.0.0.0/8")],
            Refused = (peer, why) => refused.SetResult((peer, why)),
        };
        await using TransportListener listener = Start(options, useEventLoops);
        try
        {
            using Socket client = await ConnectAsync(listener);
            await client.SendAsync(Encoding.ASCII.GetBytes(Line));
            await AssertClosedAsync(client);
        }
        catch (SocketException)
        {
            // It may be closed already, even before connecting has ended.
        }

        Assert.IsType<UnauthorizedAccessException>((await refused.Task.WaitAsync(Patience)).Item2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_not_trusted_may_be_served_and_names_nobody(bool useEventLoops)
    {
        await using TransportListener listener = Start(new ProxyListenerOptions { Untrusted = UntrustedPolicy.ServeWithout }, useEventLoops);
        using Socket client = await ConnectAsync(listener);
        await client.SendAsync(Encoding.ASCII.GetBytes(Line));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal($"{client.LocalEndPoint} {client.LocalEndPoint}  {Line}", await ReadToEndAsync(client));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_who_only_looks_whether_there_is_a_server_costs_nothing(bool useEventLoops)
    {
        await using TransportListener listener = Start(
            new ProxyListenerOptions { Trusted = ProxyListenerOptions.Loopback, Refused = (_, why) => throw why }, useEventLoops);
        using (Socket probe = await ConnectAsync(listener))
        {
            probe.Shutdown(SocketShutdown.Send);
            await AssertClosedAsync(probe);
        }

        using Socket client = await ConnectAsync(listener);
        await client.SendAsync(Encoding.ASCII.GetBytes(Line));
        client.Shutdown(SocketShutdown.Send);
        Assert.StartsWith("192.0.2.7:4711 ", await ReadToEndAsync(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_header_comes_before_tls(bool useEventLoops)
    {
        using X509Certificate2 certificate = CreateCertificate();
        SslServerAuthenticationOptions tls = new() { ServerCertificate = certificate };
        await using TransportListener listener = Start(FromHere, useEventLoops, tls);
        using Socket client = await ConnectAsync(listener);
        await client.SendAsync(Encoding.ASCII.GetBytes(Line));
        await using SslStream session = new(new NetworkStream(client), false, (_, peer, _, _) => certificate.Equals(peer));
        await session.AuthenticateAsClientAsync("localhost");
        await session.WriteAsync("secret"u8.ToArray());
        await session.ShutdownAsync();
        using StreamReader reader = new(session);
        Assert.Equal($"192.0.2.7:4711 {client.LocalEndPoint} 198.51.100.1:443 secret", await reader.ReadToEndAsync().WaitAsync(Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_headers_the_peer_is_that_of_the_socket(bool useEventLoops)
    {
        await using TransportListener listener = Start(null, useEventLoops);
        using Socket client = await ConnectAsync(listener);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal($"{client.LocalEndPoint} {client.LocalEndPoint}  ", await ReadToEndAsync(client));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.255.255", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("128.0.0.1", false)]
    [InlineData("::2", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    public void Networks_hold_their_addresses_whatever_the_socket_calls_them(string address, bool isTrusted)
        => Assert.Equal(isTrusted, FromHere.Trusts(new IPEndPoint(IPAddress.Parse(address), 1)));

    [Fact]
    public void A_unix_socket_is_trusted_by_its_own_switch()
    {
        Assert.False(FromHere.Trusts(null));
        Assert.True(new ProxyListenerOptions { TrustsUnixSockets = true }.Trusts(null));
        Assert.False(ProxyListenerOptions.Default.Trusts(new IPEndPoint(IPAddress.Loopback, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProxyListenerOptions { Timeout = TimeSpan.Zero });
    }

    private static TransportListener Start(ProxyListenerOptions? proxy, bool useEventLoops, SslServerAuthenticationOptions? tls = null)
    {
        if (useEventLoops)
        {
            LoopSystem.SkipWhereNone();
        }

        return TransportListener.Start(
            new IPEndPoint(IPAddress.Loopback, 0),
            AnswerAsync,
            new TransportListenerOptions { UseEventLoops = useEventLoops, ProxyProtocol = proxy, Tls = tls });
    }

    /// <summary>Says who the client is, and what it has sent.</summary>
    private static async Task AnswerAsync(IWireTransport transport, TransportPeer peer)
    {
        ReadResult read;
        while (!(read = await transport.Input.ReadAsync()).IsCompleted)
        {
            transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        string answer = $"{peer.EndPoint} {peer.SocketEndPoint} {peer.Header?.Destination} {Encoding.ASCII.GetString(read.Buffer)}";
        transport.Input.AdvanceTo(read.Buffer.End);
        await transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer));
    }

    private static TaskCompletionSource<(EndPoint?, Exception)> Refusal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<Socket> ConnectAsync(TransportListener listener)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await client.ConnectAsync(listener.LocalEndPoint);
        return client;
    }

    private static async Task<string> ReadToEndAsync(Socket client)
    {
        StringBuilder text = new();
        byte[] piece = new byte[1000];
        while (await client.ReceiveAsync(piece).WaitAsync(Patience) is > 0 and int count)
        {
            text.Append(Encoding.ASCII.GetString(piece, 0, count));
        }

        return text.ToString();
    }

    /// <summary>Closed, by a reset where something was left unread.</summary>
    private static async Task AssertClosedAsync(Socket client)
    {
        try
        {
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Patience));
        }
        catch (SocketException)
        {
        }
    }

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
