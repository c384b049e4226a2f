using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

/// <summary>What a server's connection holds against handlers that keep what is not theirs any more, and against peers that do not read.</summary>
public class Http1ServerHoldTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_exchange_that_has_ended_writes_nothing_into_the_next_one_and_reads_nothing_from_it()
    {
        Http1Exchange? kept = null;
        string answer = await TalkAsync(Get + Get, async (exchange, stop) =>
        {
            if (kept is { } stale)
            {
                Assert.Throws<InvalidOperationException>(() => stale.StartResponse(200, Http1BodyFraming.None));
                Assert.Throws<InvalidOperationException>(() => stale.WatchClient());
                await Assert.ThrowsAsync<InvalidOperationException>(async () => await stale.InformAsync(103, [], stop));
                await Assert.ThrowsAsync<InvalidOperationException>(async () => await stale.SwitchAsync([], stop));
                await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stale.Body.ReadAsync(stop));
            }

            kept = exchange;
            await exchange.RespondAsync(200, "own"u8.ToArray());
        });
        Assert.Equal(2, answer.Split("HTTP/1.1 200").Length - 1);
        Assert.DoesNotContain("103", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_only_the_end_of_the_connection_ends_is_the_last_one()
    {
        // A gateway passes the framing of the response on that it has got.
        string answer = await TalkAsync(Get + Get, async (exchange, stop) =>
        {
            Http1BodyWriter body = exchange.StartResponse(200, UntilClose());
            await body.WriteAsync("rest"u8.ToArray(), stop);
            await body.CompleteAsync();
        });
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nrest", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tunnel_is_no_response()
    {
        string answer = await TalkAsync("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n", async (exchange, _) =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => exchange.StartResponse(200, Http1BodyFraming.OfLength(2)));
            await exchange.RespondAsync(403, "no"u8.ToArray());
        });
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transport_that_could_not_be_handed_over_is_ended()
    {
        string answer = await TalkAsync("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", async (exchange, _) =>
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await exchange.SwitchAsync([("Upgrade", "x")], new CancellationToken(canceled: true)))).WaitAsync(Patience);
        Assert.DoesNotContain("500", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_was_cut_and_has_no_length_does_not_look_whole()
    {
        (SocketTransport client, SocketTransport server) = await ConnectAsync();
        await client.Output.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Http1ServerConnection connection = new(server);
        await Assert.ThrowsAsync<FormatException>(() => connection.RunAsync(async (exchange, stop) =>
        {
            await exchange.StartResponse(200, Http1BodyFraming.Chunked).WriteAsync("half"u8.ToArray(), stop);
            throw new FormatException();
        }));
        await connection.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAllAsync(client.Input).WaitAsync(Patience));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_no_connection_that_has_ended()
    {
        ManualTimeProvider time = new();
        (SocketTransport client, SocketTransport server) = await ConnectAsync();
        server.MaxPending = long.MaxValue;
        await client.Output.WriteAsync(Encoding.ASCII.GetBytes(Get), TestContext.Current.CancellationToken);
        client.Output.Complete();
        Http1ServerConnection connection = new(server, new Http1ServerOptions { TimeProvider = time });
        await connection.RunAsync((exchange, _) => exchange.RespondAsync(200, new byte[32 * 1024 * 1024]), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Task disposing = connection.DisposeAsync().AsTask();
        while (!disposing.IsCompleted && time.GetUtcNow() < DateTimeOffset.UnixEpoch.AddHours(1))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await disposing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.IsType<TimeoutException>(connection.Failure);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_resets_the_connection_inside_a_body_is_no_fault_of_the_handler()
    {
        (SocketTransport client, SocketTransport server) = await ConnectAsync();
        await client.Output.WriteAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx"u8.ToArray(), TestContext.Current.CancellationToken);
        await using Http1ServerConnection connection = new(server);
        await connection.RunAsync(
            async (exchange, stop) =>
            {
                client.Abort();
                await exchange.Body.ReadAtLeastAsync(9, stop);
            },
            TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.IsType<IOException>(connection.Failure);
    }

    [Fact]
    public async Task A_client_sees_on_a_socket_what_nobody_asked_for()
    {
        (SocketTransport one, SocketTransport other) = await ConnectAsync();
        await using Http1ClientConnection connection = new(one);
        connection.StartRequest("GET", "/", Http1BodyFraming.None, ("Host", "h"));
        await other.Output.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await connection.ReceiveAsync(TestContext.Current.CancellationToken);
        Assert.True(connection.CanSend);
        await other.Output.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => !connection.CanSend, Patience));
        await other.DisposeAsync();
    }

    private static Http1BodyFraming UntilClose()
    {
        using Http1ResponseDecoder decoder = new();
        decoder.Decode("HTTP/1.1 200 OK\r\n\r\n"u8, out _, out Http1ResponseHead head);
        return Http1BodyFraming.OfResponse(head, "GET"u8);
    }

    private static async Task<string> TalkAsync(string input, Func<Http1Exchange, CancellationToken, ValueTask> handler)
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        await client.Output.WriteAsync(Encoding.Latin1.GetBytes(input));
        await client.Output.CompleteAsync();
        await using (Http1ServerConnection connection = new(server))
        {
            await connection.RunAsync(handler);
        }

        return await ReadAllAsync(client.Input);
    }

    private static async Task<string> ReadAllAsync(PipeReader input)
    {
        ReadResult read = await input.ReadAtLeastAsync(int.MaxValue);
        string text = Encoding.Latin1.GetString(read.Buffer);
        input.AdvanceTo(read.Buffer.End);
        return text;
    }

    private static async Task<(SocketTransport One, SocketTransport Other)> ConnectAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        return (new SocketTransport(client), new SocketTransport(await listener.AcceptSocketAsync()));
    }
}
