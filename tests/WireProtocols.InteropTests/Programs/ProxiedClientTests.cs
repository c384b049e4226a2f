using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.Programs;

/// <summary>
/// An HTTP proxy that only makes tunnels (CONNECT, RFC 9110 §9.3.6), for those who have the credentials. It alone knows where the hosts are that it
/// is asked for, as one at the edge of a company's network does.
/// </summary>
public sealed class TunnelProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyDictionary<string, EndPoint> _hosts;
    private readonly string? _credentials;
    private readonly Task _accepting;

    /// <param name="hosts">Where each <c>host:port</c> is.</param>
    /// <param name="credentials"><c>user:password</c>; null where everybody may use it.</param>
    public TunnelProxy(IReadOnlyDictionary<string, EndPoint> hosts, string? credentials = null)
    {
        _hosts = hosts;
        _credentials = credentials is null ? null : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Uri => new($"http://{_listener.LocalEndpoint}");

    /// <summary>What it was asked for, and what it said.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(new SocketTransport(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
    }

    private async Task ServeAsync(SocketTransport client)
    {
        try
        {
            using Http1RequestReader reader = new(client.Input);
            if (await reader.ReadAsync(_stop.Token) is { } request)
            {
                int status = Judge(request, out EndPoint? host);
                Log.Enqueue($"{request.Method} {request.Target} {status}");
                Answer(client, status);
                await client.Output.FlushAsync(_stop.Token);
                if (host is not null)
                {
                    // The tunnel begins behind the head.
                    reader.Release();
                    await TunnelAsync(client, host);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or WireProtocolException or OperationCanceledException)
        {
            client.Abort();
        }
        finally
        {
            await client.DisposeAsync();
        }
    }

    private int Judge(OwnedHttp1RequestHead request, out EndPoint? host)
    {
        host = null;
        bool isAllowed = _credentials is null || request.GetField("Proxy-Authorization"u8) == _credentials;
        return !isAllowed ? 407
            : request.Method != "CONNECT" ? 405
            : _hosts.TryGetValue(request.Target, out host) ? 200
            : 502;
    }

    private static void Answer(SocketTransport client, int status)
    {
        Http1HeadWriter head = Http1HeadWriter.StartResponse(client.Output, status);
        if (status != 200)
        {
            head.WriteField("Content-Length"u8, 0);
            head.WriteField("Connection"u8, "close"u8);
        }

        if (status == 407)
        {
            head.WriteField("Proxy-Authenticate"u8, "Basic realm=\"the way out\""u8);
        }

        head.Complete();
    }

    private async Task TunnelAsync(SocketTransport client, EndPoint host)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, _stop.Token);
        await using SocketTransport server = new(socket);
        await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
    }

    private async Task CopyAsync(SocketTransport from, SocketTransport to)
    {
        await from.Input.CopyToAsync(to.Output, _stop.Token);
        await to.Output.CompleteAsync();
    }
}

/// <summary>A client that only gets out through a proxy.</summary>
public class ProxiedClientTests(ServeFixture server)
{
    private static readonly Uri Chat = new("ws://chat.internal:8080/ws/echo");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_goes_through_the_proxy_that_it_is_given()
    {
        await using TunnelProxy proxy = new(Hosts());
        await ExchangeAsync(new WebProxy(proxy.Uri));
        Assert.Equal(["CONNECT chat.internal:8080 200"], proxy.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_shows_its_credentials_to_a_proxy_that_wants_them(bool isInUri)
    {
        await using TunnelProxy proxy = new(Hosts(), "me:pa:ss");
        WebProxy settings = isInUri
            ? new WebProxy(new UriBuilder(proxy.Uri) { UserName = "me", Password = "pa%3Ass" }.Uri)
            : new WebProxy(proxy.Uri) { Credentials = new NetworkCredential("me", "pa:ss") };
        await ExchangeAsync(settings);
        Assert.Equal(["CONNECT chat.internal:8080 200"], proxy.Log);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task It_is_told_where_the_proxy_refuses_it(string? password)
    {
        await using TunnelProxy proxy = new(Hosts(), "me:secret");
        WebProxy settings = new(proxy.Uri) { Credentials = password is null ? null : new NetworkCredential("me", password) };
        IOException exception = await Assert.ThrowsAsync<IOException>(() => ExchangeAsync(settings));
        Assert.Equal($"The proxy {proxy.Uri.Authority} answered 407 Proxy Authentication Required.", exception.Message);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_told_where_the_proxy_does_not_reach_the_server()
    {
        await using TunnelProxy proxy = new(new Dictionary<string, EndPoint>());
        IOException exception = await Assert.ThrowsAsync<IOException>(() => ExchangeAsync(new WebProxy(proxy.Uri)));
        Assert.Contains("502", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_around_the_proxy_where_the_settings_say_so()
    {
        await using TunnelProxy proxy = new(Hosts());
        WebSocketConnectOptions options = new() { Proxy = new WebProxy(proxy.Uri, BypassOnLocal: false, BypassList: [@"127\.0\.0\.1"]) };
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(new Uri(server.WebSocket + "/ws/echo"), options, Stop);
        await connection.CloseAsync(cancellationToken: Stop);
        Assert.Empty(proxy.Log);
    }

    private static async Task ExchangeAsync(IWebProxy proxy)
    {
        WebSocketConnectOptions options = new() { Proxy = proxy, Connection = new() { Deflate = new() } };
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(Chat, options, Stop);
        string text = new('x', 100_000);
        await connection.SendTextAsync(text, Stop);
        using OwnedWebSocketMessage? echo = await connection.ReceiveAsync(Stop);
        Assert.Equal(text, echo!.GetText());
        await connection.CloseAsync((WebSocketCloseCode)4001, "done", Stop);
        Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
    }

    private Dictionary<string, EndPoint> Hosts()
        => new() { [Chat.Authority] = new IPEndPoint(IPAddress.Loopback, new Uri(server.Http).Port) };
}
