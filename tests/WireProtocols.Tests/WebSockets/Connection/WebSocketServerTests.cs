using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketServerTests
{
    private const string Request =
        "GET /chat?room=1 HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: first, second\r\n\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("GET / HT")]
    public async Task A_client_that_does_not_ask_in_time_is_told_so_and_let_go(string begun)
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(begun));
        Task<WebSocketConnection?> accepting = WebSocketServer.AcceptAsync(ours, new() { Connection = new() { TimeProvider = time } }).AsTask();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(accepting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await accepting.WaitAsync(ConnectionPair.Patience));
        Assert.StartsWith("HTTP/1.1 408 ", await ReadAllAsync(peer.Input), StringComparison.Ordinal);
        Assert.True((await peer.Output.FlushAsync()).IsCompleted);
    }

    [Fact]
    public async Task A_decision_that_takes_too_long_lets_the_client_go()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(Request));
        WebSocketAcceptOptions options = new()
        {
            HandshakeTimeout = TimeSpan.FromSeconds(3),
            Connection = new() { TimeProvider = time },
            Decide = async (_, stop) =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return WebSocketDecision.Accept();
            },
        };
        Task<WebSocketConnection?> accepting = WebSocketServer.AcceptAsync(ours, options).AsTask();
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await accepting.WaitAsync(ConnectionPair.Patience));
        Assert.True((await peer.Output.FlushAsync()).IsCompleted);
    }

    [Fact]
    public async Task An_exception_in_the_decision_is_500_for_the_client_and_itself_for_the_application()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(Request));
        ValueTask<WebSocketConnection?> accepting
            = WebSocketServer.AcceptAsync(ours, new() { Decide = (_, _) => throw new FormatException("a bug") });
        Assert.Equal("a bug", (await Assert.ThrowsAsync<FormatException>(() => accepting.AsTask())).Message);
        Assert.StartsWith("HTTP/1.1 500 ", await ReadAllAsync(peer.Input), StringComparison.Ordinal);
        Assert.True((await peer.Output.FlushAsync()).IsCompleted);
    }

    public static TheoryData<string> Refusals => ["refused", "no handshake", "no HTTP", "left", "cancelled"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Where_no_connection_comes_of_it_the_transport_is_ended(string why)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        using CancellationTokenSource cancel = new();
        WebSocketAcceptOptions options = new() { Decide = (request, _) => new(WebSocketDecision.Refuse(request.Reject(403))) };
        Task<WebSocketConnection?> accepting = WebSocketServer.AcceptAsync(new SocketTransport(socket), options, cancel.Token).AsTask();
        string sent = why switch
        {
            "refused" => Request,
            "no handshake" => "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "no HTTP" => "nonsense\r\n\r\n",
            _ => "",
        };
        await client.Client.SendAsync(Encoding.ASCII.GetBytes(sent), TestContext.Current.CancellationToken);
        if (why == "left")
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }
        else if (why == "cancelled")
        {
            await cancel.CancelAsync();
        }

        // The server says what it has to say, and then the end.
        using MemoryStream answer = new();
        await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        string status = Encoding.ASCII.GetString(answer.ToArray().AsSpan(0, Math.Min(12, (int)answer.Length)));
        client.Dispose();
        Exception? exception = await Record.ExceptionAsync(() => accepting.WaitAsync(ConnectionPair.Patience));
        Assert.True(socket.SafeHandle.IsClosed);
        switch (why)
        {
            case "refused":
                Assert.Equal(("HTTP/1.1 403", null), (status, exception));
                break;
            case "no handshake":
                Assert.Equal("HTTP/1.1 426", status);
                Assert.IsType<WebSocketHandshakeException>(exception);
                break;
            case "no HTTP":
                Assert.Equal("HTTP/1.1 400", status);
                Assert.IsType<Http1ProtocolException>(exception);
                break;
            case "left":
                Assert.Equal(("", null), (status, exception));
                break;
            default:
                Assert.Equal("", status);
                Assert.IsAssignableFrom<OperationCanceledException>(exception);
                break;
        }
    }

    [Fact]
    public async Task A_decision_may_wait_add_fields_choose_the_subprotocol_and_leave_a_state_on_the_connection()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(Request));
        WebSocketAcceptOptions options = new()
        {
            Decide = async (request, _) =>
            {
                await Task.Yield();
                return WebSocketDecision.Accept("second", [new("Set-Cookie", "id=1")], userState: $"user of {request.Path}");
            },
        };
        await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(ours, options);
        Assert.Equal(("second", "user of /chat", "room=1"), (connection!.Subprotocol, connection.UserState, connection.Request!.Query));
        ReadResult answer = await peer.Input.ReadAsync();
        string text = Encoding.ASCII.GetString(answer.Buffer);
        peer.Input.AdvanceTo(answer.Buffer.End);
        Assert.StartsWith("HTTP/1.1 101 ", text, StringComparison.Ordinal);
        Assert.Contains("\r\nSet-Cookie: id=1\r\n", text, StringComparison.Ordinal);
        connection.Abort();
    }

    [Theory]
    [InlineData(false, "first")]
    [InlineData(true, "second")]
    public async Task The_subprotocol_is_the_one_that_the_client_prefers_or_the_server(bool prefersOwn, string chosen)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(Request));
        await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(
            ours, new() { Subprotocols = ["third", "second", "first"], PrefersOwnSubprotocols = prefersOwn });
        Assert.Equal(chosen, connection!.Subprotocol);
        connection.Abort();
    }

    [Fact]
    public async Task A_client_whose_server_does_not_accept_ends_the_transport()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        await Assert.ThrowsAsync<WebSocketHandshakeException>(() => WebSocketClient.ConnectAsync(ours, new("example.com", "/")).AsTask());
        Assert.True((await peer.Output.FlushAsync()).IsCompleted);
        Assert.StartsWith("GET / ", await ReadAllAsync(peer.Input), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAllAsync(PipeReader input)
    {
        MemoryStream all = new();
        await input.CopyToAsync(all);
        return Encoding.ASCII.GetString(all.ToArray());
    }
}
