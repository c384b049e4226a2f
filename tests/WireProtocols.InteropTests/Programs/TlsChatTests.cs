using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.Programs;

/// <summary>
/// A chat over TLS as a user of the library writes it: who comes needs a token, a page needs a known origin, what one says all hear, and a stop
/// tells everybody before the process ends.
/// </summary>
public sealed class ChatServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly WebSocketBroadcaster _room = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _members = [];
    private readonly SslServerAuthenticationOptions _tls;
    private readonly WebSocketAcceptOptions _options;
    private readonly IReadOnlyDictionary<string, string> _users;
    private readonly Task _accepting;

    /// <param name="certificate">The certificate of the server.</param>
    /// <param name="users">The name of the user for each token.</param>
    public ChatServer(X509Certificate2 certificate, IReadOnlyDictionary<string, string> users)
    {
        _users = users;
        _tls = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        _options = new WebSocketAcceptOptions { Decide = Decide, Connection = new() { Deflate = new() } };
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Uri => new($"wss://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/chat");

    /// <summary>Lets nobody in any more, tells everybody that the server goes away (1001), and waits until they have gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_members.Keys);
        _stop.Dispose();
    }

    private ValueTask<WebSocketDecision> Decide(WebSocketHandshakeRequest request, CancellationToken cancellationToken)
    {
        if (request.Path != "/chat")
        {
            return new(WebSocketDecision.Refuse(request.Reject(404)));
        }

        // A browser sends the origin of the page; other clients send none.
        if (request.Origin is not (null or "https://chat.example"))
        {
            return new(WebSocketDecision.Refuse(request.Reject(403, "This page may not join.")));
        }

        string token = request.GetField("Authorization"u8) is { } field && field.StartsWith("Bearer ", StringComparison.Ordinal) ? field[7..] : "";
        return new(_users.TryGetValue(token, out string? user)
            ? WebSocketDecision.Accept(userState: user)
            : WebSocketDecision.Refuse(request.Reject(401, "Who are you?", [new("WWW-Authenticate", "Bearer realm=\"chat\"")])));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Task member = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
                _members.TryAdd(member, true);
                _ = member.ContinueWith(m => _members.TryRemove(m, out _), TaskScheduler.Default);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        SslStream secure = new(new NetworkStream(socket, ownsSocket: true));
        try
        {
            using (CancellationTokenSource timeout = new(TimeSpan.FromSeconds(10)))
            {
                await secure.AuthenticateAsServerAsync(_tls, timeout.Token);
            }

            await using WebSocketConnection? connection
                = await WebSocketServer.AcceptAsync(new SocketTransport(secure, socket), _options, _stop.Token);
            if (connection is not null)
            {
                await using WebSocketSubscription member = _room.Subscribe(connection);
                await connection.RunAsync(stop => ListenAsync(connection, stop), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or WireProtocolException or WebSocketClosedException
            or OperationCanceledException)
        {
            // This client is gone, or broke a rule and has been told; or the server stops.
            await secure.DisposeAsync();
        }
    }

    private async Task ListenAsync(WebSocketConnection connection, CancellationToken stop)
    {
        await SayAsync($"{connection.UserState} has come", stop);
        while (await connection.ReceiveAsync(stop) is { } message)
        {
            using (message)
            {
                await SayAsync($"{connection.UserState}: {message.GetText()}", stop);
            }
        }
    }

    private ValueTask SayAsync(string line, CancellationToken stop)
        => _room.PublishAsync(new WebSocketPreparedMessage(WebSocketOpcode.Text, Encoding.UTF8.GetBytes(line)), stop);
}

/// <summary>Nothing else runs beside them: the instruments count for the whole process.</summary>
[CollectionDefinition(nameof(TlsChatTests), DisableParallelization = true)]
[Collection(nameof(TlsChatTests))]
public sealed class TlsChatTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly X509Certificate2 _certificate = CreateCertificate();
    private readonly ChatServer _server;

    public TlsChatTests()
        => _server = new ChatServer(_certificate, new Dictionary<string, string> { ["token-1"] = "Ann", ["token-2"] = "Bob" });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_says_all_hear_until_the_server_drains_and_the_instruments_count_it()
    {
        ConcurrentDictionary<string, long> sums = [];
        using MeterListener listener = Listen(sums);
        using ClientWebSocket ann = await JoinAsync("token-1");
        Assert.Equal("Ann has come", await ReadAsync(ann));
        await using WebSocketConnection bob = await WebSocketClient.ConnectAsync(_server.Uri, OptionsFor("Bearer token-2"), Stop);
        Assert.Equal(("Bob has come", "Bob has come"), (await ReadAsync(ann), await ReadAsync(bob)));
        await ann.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Stop);
        Assert.Equal(("Ann: hello", "Ann: hello"), (await ReadAsync(ann), await ReadAsync(bob)));
        await bob.SendTextAsync("good day", Stop);
        Assert.Equal(("Bob: good day", "Bob: good day"), (await ReadAsync(ann), await ReadAsync(bob)));
        await Assert.ThrowsAsync<WebSocketHandshakeException>(() => WebSocketClient.ConnectAsync(_server.Uri, OptionsFor(null), Stop).AsTask());

        Task draining = _server.DisposeAsync().AsTask();
        Assert.Null(await bob.ReceiveAsync(Stop).AsTask().WaitAsync(Patience, Stop));
        WebSocketReceiveResult end = await ann.ReceiveAsync(new byte[10], Stop).WaitAsync(Patience, Stop);
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, WebSocketCloseCode.GoingAway), (end.CloseStatus, bob.CloseCode));
        await ann.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", Stop);
        await draining.WaitAsync(Patience, Stop);

        Assert.Equal(
            [
                "websocket.active_connections server 0",
                "websocket.closes server 1001 2",
                "websocket.handshakes server 401 1",
                "websocket.handshakes server accepted 2",
            ],
            sums.Where(s => s.Key.Contains(" server", StringComparison.Ordinal)).Select(s => $"{s.Key} {s.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_has_no_token_is_asked_for_one()
    {
        foreach (string? authorization in (string?[])[null, "Bearer stolen", "Basic dG9rZW4tMTo="])
        {
            WebSocketHandshakeException exception = await Assert.ThrowsAsync<WebSocketHandshakeException>(
                () => WebSocketClient.ConnectAsync(_server.Uri, OptionsFor(authorization), Stop).AsTask());
            Assert.Equal(
                (401, "Bearer realm=\"chat\"", "Who are you?"),
                (exception.StatusCode, exception.Refusal!.GetField("WWW-Authenticate"), exception.Refusal.GetBodyText()));
        }

        using ClientWebSocket theirs = CreateClient();
        theirs.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => theirs.ConnectAsync(_server.Uri, Stop));
        Assert.Equal(HttpStatusCode.Unauthorized, theirs.HttpStatusCode);
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("https://chat.example", null)]
    [InlineData("https://evil.example", 403)]
    [InlineData("null", 403)]
    public async Task A_page_needs_a_known_origin(string origin, int? status)
    {
        Task<WebSocketConnection> joining = WebSocketClient.ConnectAsync(_server.Uri, OptionsFor("Bearer token-1", origin), Stop).AsTask();
        if (status is null)
        {
            await (await joining).DisposeAsync();
        }
        else
        {
            Assert.Equal(status, (await Assert.ThrowsAsync<WebSocketHandshakeException>(() => joining)).StatusCode);
        }

        await _server.DisposeAsync();
    }

    public void Dispose() => _certificate.Dispose();

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static MeterListener Listen(ConcurrentDictionary<string, long> sums)
    {
        MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name is "websocket.active_connections" or "websocket.handshakes" or "websocket.closes")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string name = instrument.Name;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                name += $" {tag.Value}";
            }

            sums.AddOrUpdate(name, value, (_, sum) => sum + value);
        });
        listener.Start();
        return listener;
    }

    private static async Task<string> ReadAsync(ClientWebSocket client)
    {
        byte[] buffer = new byte[100];
        WebSocketReceiveResult result = await client.ReceiveAsync(buffer, Stop).WaitAsync(Patience, Stop);
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    private static async Task<string> ReadAsync(WebSocketConnection connection)
    {
        using OwnedWebSocketMessage? message = await connection.ReceiveAsync(Stop).AsTask().WaitAsync(Patience, Stop);
        return message!.GetText();
    }

    private bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        => certificate?.GetCertHashString() == _certificate.GetCertHashString();

    private WebSocketConnectOptions OptionsFor(string? authorization, string? origin = null) => new()
    {
        Origin = origin,
        Fields = authorization is null ? [] : [new("Authorization", authorization)],
        Tls = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsOurs },
        Connection = new() { Deflate = new() },
        Proxy = null,
    };

    private ClientWebSocket CreateClient()
    {
        ClientWebSocket client = new();
        client.Options.RemoteCertificateValidationCallback = IsOurs;
        return client;
    }

    private async Task<ClientWebSocket> JoinAsync(string token)
    {
        ClientWebSocket client = CreateClient();
        client.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await client.ConnectAsync(_server.Uri, Stop);
        return client;
    }
}
