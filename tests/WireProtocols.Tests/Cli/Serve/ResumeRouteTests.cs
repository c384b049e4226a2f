using System.Net;
using WireProtocols.Cli.Serve;
using WireProtocols.Resume;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>The sessions of <c>wire serve</c>, by each transport of a client.</summary>
public sealed class ResumeRouteTests : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly StringWriter _log = new();
    private WireServer? _server;

    private Uri Address => new($"http://{_server!.EndPoint}/resume/echo");

    public async ValueTask InitializeAsync()
        => _server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = _log });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server!.DisposeAsync();
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("event-stream")]
    [InlineData("long-poll")]
    public async Task Every_transport_carries_a_session_over_many_connections(string name)
    {
        int tokens = 0;
        ValueTask<string> GetToken(CancellationToken cancellationToken) => new($"token{Interlocked.Increment(ref tokens)}");
        int opened = 0;
        await using ResumeClient client = new(
            [Transports(GetToken).Single(t => t.Name == name)],
            new ResumeClientOptions { StateChanged = change => opened += change.State == ResumeClientState.Open ? 1 : 0 });
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                await client.SendTextAsync($"é{round}.{i}");
            }

            for (int i = 0; i < 100; i++)
            {
                Assert.Equal($"é{round}.{i}", (await client.ReceiveAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)))!.Value.GetText());
                if (i == 50)
                {
                    client.Reconnect();
                }
            }
        }

        await client.CloseAsync();
        Assert.Equal(0, client.PendingMessages);
        Assert.InRange(opened, 2, 6);
        Assert.True(tokens >= opened);
        Assert.Equal("", _log.ToString());
    }

    [Fact]
    public async Task A_session_goes_on_by_another_transport()
    {
        ResumeTransport[] transports = [.. Transports(null)];
        SwitchedTransport all = new(transports);
        await using ResumeClient client = new(all);
        for (int i = 0; i < transports.Length; i++)
        {
            all.Current = i;
            client.Reconnect();
            await client.SendTextAsync($"{i}");
            ResumeMessage message = (await client.ReceiveAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)))!.Value;
            Assert.Equal((i + 1L, $"{i}"), (message.Sequence, message.GetText()));
        }
    }

    [Theory]
    [InlineData("020561", HttpStatusCode.BadRequest)]
    [InlineData("00", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task A_post_of_something_else_is_refused(string hex, HttpStatusCode status)
    {
        using HttpResponseMessage response = await _http.PostAsync(Address, new ByteArrayContent(Convert.FromHexString(hex)));
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_stream_without_hello_is_refused()
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(Address + "?hello=%20"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private IEnumerable<ResumeTransport> Transports(Func<CancellationToken, ValueTask<string>>? getToken) =>
    [
        new WebSocketResumeTransport(new UriBuilder(Address) { Scheme = "ws" }.Uri, null, getToken),
        new EventStreamResumeTransport(_http, Address, getToken),
        new LongPollResumeTransport(_http, Address, getToken),
    ];

    private sealed class SwitchedTransport(ResumeTransport[] transports) : ResumeTransport
    {
        public int Current { get; set; }

        public override string Name => transports[Current].Name;

        public override ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
            => transports[Current].ConnectAsync(hello, cancellationToken);
    }
}
