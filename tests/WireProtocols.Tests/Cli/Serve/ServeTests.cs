using System.Net;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>The server against clients that send bytes, legal and not.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private readonly StringWriter _log = new();
    private WireServer _server = null!;

    public async ValueTask InitializeAsync()
        => _server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = _log });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Equal("", _log.ToString());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK", "<title>wire serve</title>")]
    [InlineData("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK", "Content-Length: ")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 Not Found", "/nothing")]
    [InlineData("DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 405 Method Not Allowed", "Allow: GET, HEAD, POST, ")]
    [InlineData(
        "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nHello",
        "HTTP/1.1 405 Method Not Allowed",
        "Allow: GET, ")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nHello", "HTTP/1.1 200 OK", "Hello")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK", "Allow: GET, HEAD, POST, PUT, OPTIONS\r\n")]
    [InlineData("OPTIONS /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK", "Allow: GET, HEAD, POST, PUT, ")]
    [InlineData("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK", "POST a body")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request", "Host")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request", "Connection: close\r\n")]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505 ", "Connection: close\r\n")]
    [InlineData("GET /ws/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 426 Upgrade Required", "Upgrade: websocket\r\n")]
    public async Task A_request_gets_its_answer_and_the_end_of_the_stream(string request, string status, string says)
    {
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync(request);
        string response = await client.ReadTextToEndAsync();
        Assert.StartsWith(status, response, StringComparison.Ordinal);
        Assert.Contains(says, response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_has_no_body_for_HEAD()
    {
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.EndsWith("\r\n\r\n", await client.ReadTextToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_share_a_connection_and_may_be_sent_ahead()
    {
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 405 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("/ takes GET, HEAD, POST, OPTIONS.\n", await client.ReadTextAsync("/ takes GET, HEAD, POST, OPTIONS.\n".Length));
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await client.SendAsync("HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        client.EndSending();
        Assert.Equal("", await client.ReadTextToEndAsync());
    }

    [Fact]
    public async Task Frames_sent_with_the_handshake_are_not_lost()
    {
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync(
            "GET /ws/echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            + "\u0081\u0082\0\0\0\0Hi");
        await client.ReadHeadAsync();
        Assert.Equal("81024869", await client.ReadHexAsync(4));
    }

    [Theory]
    // Messages come back whole; Ping is answered at once; Close is echoed with its code and the stream ends.
    [InlineData("818537fa213d7f9f4d5158" + "888200000000" + "03e8", "810548656c6c6f" + "880203e8")]
    [InlineData("01810000000041" + "898100000000ff" + "80810000000042" + "888000000000", "8a01ff" + "81024142" + "8800")]
    [InlineData("8a810000000041" + "888700000000" + "0fa1" + "6279652121", "88020fa1")]
    // What follows Close is dropped.
    [InlineData("888000000000" + "818100000000" + "41" + "ffff", "8800")]
    // A violation is answered with its code and reason after the echoes before it.
    [InlineData("818100000000" + "41" + "8100", "810141" + "88")]
    [InlineData("8182000000004869" + "c180" + "00000000", "81024869" + "88")]
    // Many Pings are answered one by one, one without a question is not.
    [InlineData(
        "898100000000" + "31" + "8a8100000000" + "39" + "898100000000" + "32" + "898000000000" + "888000000000",
        "8a0131" + "8a0132" + "8a00" + "8800")]
    // A new message inside one, and a continuation of none.
    [InlineData("01810000000041" + "818100000000" + "42", "88")]
    [InlineData("818100000000" + "41" + "80810000000042", "810141" + "88")]
    // A character across fragments, and text that ends inside one.
    [InlineData("01820000000" + "0e282" + "808100000000" + "ac" + "888000000000", "8103e282ac" + "8800")]
    [InlineData("01820000000" + "0e282" + "808000000000", "88")]
    // What was echoed and what was asked goes before the Close, and a message that was not complete does not.
    [InlineData("818100000000" + "41" + "898100000000" + "31" + "01810000000042" + "888200000000" + "03e8", "810141" + "8a0131" + "880203e8")]
    public async Task Frames_are_answered_to_the_end_of_the_stream(string sent, string received)
    {
        foreach (int pieceLength in (int[])[sent.Length, 2, 14])
        {
            using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint);
            foreach (char[] piece in sent.Chunk(pieceLength))
            {
                await client.SendHexAsync(new string(piece));
            }

            client.EndSending();
            Assert.StartsWith(received, await client.ReadHexToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 }, true)]
    [InlineData(new[] { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 }, false)]
    public async Task A_close_code_is_echoed_where_it_may_stand_on_the_wire(int[] codes, bool valid)
    {
        foreach (int code in codes)
        {
            using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint);
            await client.SendHexAsync("888200000000" + code.ToString("x4"));
            client.EndSending();
            Assert.Equal(valid ? code.ToString("x4") : "03ea", (await client.ReadHexToEndAsync())[4..8]);
        }
    }

    [Theory]
    [InlineData("8100", "03ea")]
    [InlineData("827e007d", "03ea")]
    [InlineData("827f8000", "03ea")]
    [InlineData("8380", "03ea")]
    [InlineData("82ff4000000000000000", "03f1")]
    [InlineData("818300000000" + "48ff", "03ef")]
    [InlineData("888300000000" + "03e8ff", "03ef")]
    public async Task A_violation_is_answered_at_its_byte_though_more_is_owed(string sent, string closeCode)
    {
        using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint);
        await client.SendHexAsync(sent);

        // The server ends its side though the client has not ended its own.
        string received = await client.ReadHexToEndAsync();
        Assert.Equal("88", received[..2]);
        Assert.Equal(closeCode, received[4..8]);
    }

    [Fact]
    public async Task A_close_reaches_a_client_that_goes_on_sending()
    {
        using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint);
        byte[] garbage = new byte[1024 * 1024];
        await client.SendHexAsync("8100");
        await client.Stream.WriteAsync(garbage);
        client.EndSending();
        Assert.StartsWith("88", await client.ReadHexToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_message_comes_back_as_one_frame_and_a_pong_goes_before_it()
    {
        const int Half = 100_000;
        using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint);
        await client.SendHexAsync("02ff" + Half.ToString("x16") + "00000000");
        await client.Stream.WriteAsync(new byte[Half]);
        await client.SendHexAsync("898000000000");
        Assert.Equal("8a00", await client.ReadHexAsync(2));
        await client.SendHexAsync("80ff" + Half.ToString("x16") + "00000000");
        await client.Stream.WriteAsync(new byte[Half]);
        Assert.Equal("827f" + (2 * Half).ToString("x16"), await client.ReadHexAsync(10));
        Assert.Equal(new string('0', 4 * Half), await client.ReadHexAsync(2 * Half));
    }

    [Theory]
    // RFC 7692 §7.2.3.1 and §7.2.3.2: "Hello", compressed in one frame and as a second message that refers to the first.
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    public async Task Compressed_messages_are_echoed(string offer, string agreed)
    {
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        string head = await client.UpgradeAsync("/ws/echo", offer);
        Assert.Contains($"\r\nSec-WebSocket-Extensions: {agreed}\r\n", head, StringComparison.Ordinal);
        await client.SendHexAsync("c18700000000" + "f248cdc9c90700" + "c18500000000" + "f200110000");

        // Too short for compression to be worth it.
        Assert.Equal("810548656c6c6f" + "810548656c6c6f", await client.ReadHexAsync(14));
        await client.SendHexAsync("c18200000000" + "f248");
        Assert.Equal("88", await client.ReadHexAsync(1));
        Assert.Equal("03ef", (await client.ReadHexToEndAsync())[2..6]);
    }

    [Fact]
    public async Task A_server_without_deflate_passes_the_offer_over()
    {
        await using WireServer server
            = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = _log, Deflate = false });
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        Assert.DoesNotContain("Extensions", await client.UpgradeAsync("/ws/echo", "permessage-deflate"), StringComparison.Ordinal);
        await client.SendHexAsync("c18700000000" + "f248cdc9c90700");
        Assert.Equal("88", await client.ReadHexAsync(1));
        Assert.Equal("03ea", (await client.ReadHexToEndAsync())[2..6]);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_not_read_from_without_end()
    {
        await using WireServer server
            = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = _log, MaxPending = 64 * 1024 });
        using RawClient client = await RawClient.UpgradeAsync(server.EndPoint);
        byte[] frame = [0x82, 0xFE, 0xFF, 0xFF, 0, 0, 0, 0, .. new byte[65535]];
        const int Count = 2000;
        int sent = 0;
        Task sending = Task.Run(async () =>
        {
            for (; sent < Count; sent++)
            {
                await client.Stream.WriteAsync(frame);
            }
        });

        // The sockets' buffers and the server's hold some; the rest waits until something is read.
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal("827effff", await client.ReadHexAsync(4));
            await client.ReadHexAsync(65535);
            Assert.True(sent - i < Count / 2, "The server takes in what its peer does not read.");
        }

        await sending;
    }

    [Fact]
    public async Task A_server_that_stops_says_goodbye_and_takes_no_more()
    {
        using RawClient idle = await RawClient.ConnectAsync(_server.EndPoint);
        using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint);
        Task stopping = _server.StopAsync();
        string close = await client.ReadHexAsync(4);
        Assert.Equal("88", close[..2]);
        Assert.Equal("03e9", close[4..]);

        // Data before our Close is dropped, our Close ends it.
        await client.SendHexAsync("818100000000" + "41" + "888200000000" + "03e9");
        client.EndSending();
        Assert.DoesNotContain("810141", await client.ReadHexToEndAsync(), StringComparison.Ordinal);
        idle.EndSending();
        Assert.Equal("", await idle.ReadTextToEndAsync());
        await stopping;
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => RawClient.ConnectAsync(_server.EndPoint));
    }
}
