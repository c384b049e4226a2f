using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>
/// Where widely used stacks are lax, late or wrong, and what comes out of a whole connection or handshake here. The peer sends just the bytes of a
/// row and waits for the answer: nothing hangs. The decoders have tests of their own, with offsets: <see cref="WebSocketFramingPitfallTests"/>.
/// </summary>
public class WebSocketPitfallTests
{
    private const string Request =
        "GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

    private static readonly string Hello = RawFrame.Text("Hello").ToString();

    /// <summary>What; which end this is; whether permessage-deflate is agreed; the bytes of the peer; what comes back.</summary>
    public static TheoryData<string, WebSocketRole, bool, string, string[]> Frames => new()
    {
        { "unmasked client frame, when its second byte is there", WebSocketRole.Server, false, "8105", ["Close 1002"] },
        { "unmasked client frame of fewer bytes than a key", WebSocketRole.Server, false, "810161", ["Close 1002"] },
        { "unmasked empty client frame", WebSocketRole.Server, false, "8100", ["Close 1002"] },
        { "masked server frame, when its second byte is there", WebSocketRole.Client, false, "8185", ["Close 1002"] },
        { "non-minimal length of 16 bits", WebSocketRole.Server, false, "81FE0005", ["Close 1002"] },
        { "non-minimal length of 16 bits, to a client", WebSocketRole.Client, false, "817E007D", ["Close 1002"] },
        { "non-minimal length of 64 bits", WebSocketRole.Server, false, "81FF0000000000000005", ["Close 1002"] },
        { "non-minimal length of 64 bits, to a client", WebSocketRole.Client, false, "817F000000000000FFFF", ["Close 1002"] },
        { "length with its top bit set", WebSocketRole.Server, false, "82FF80", ["Close 1002"] },
        { "length with its top bit set, to a client", WebSocketRole.Client, false, "827FFFFFFFFFFFFFFFFF", ["Close 1002"] },
        { "a frame of exabytes", WebSocketRole.Server, false, "82FF4000000000000000", ["Close 1009"] },
        { "RSV1 on Ping with deflate on", WebSocketRole.Server, true, "C98000000000", ["Close 1002"] },
        { "RSV1 on Ping with deflate on, to a client", WebSocketRole.Client, true, "C900", ["Close 1002"] },
        { "RSV1 on Pong with deflate on", WebSocketRole.Client, true, "CA00", ["Close 1002"] },
        { "RSV1 on Close with deflate on", WebSocketRole.Client, true, "C80203E8", ["Close 1002"] },
        { "RSV1 on a later fragment", WebSocketRole.Client, true, "4101F2C000", ["Close 1002"] },
        { "RSV1 without deflate", WebSocketRole.Client, false, "C107F248CDC9C90700", ["Close 1002"] },
        { "BFINAL, and the octet behind it", WebSocketRole.Client, true, "C108F348CDC9C90700008900880203E8", [Hello, "Pong 0 ", "Close 1000"] },
        { "BFINAL, and nothing behind it", WebSocketRole.Client, true, "C107F348CDC9C90700880203E8", [Hello, "Close 1000"] },
        { "DEFLATE truncated in the last frame", WebSocketRole.Client, true, "C104F248CDC9", ["Close 1007"] },
        { "DEFLATE truncated, its last fragment empty", WebSocketRole.Client, true, "4104F248CDC98000", ["Close 1007"] },
        { "DEFLATE that ends in an empty last fragment", WebSocketRole.Client, true, "4107F248CDC9C907008000880203E8", [Hello, "Close 1000"] },
        {
            "DEFLATE with RSV1 on its first fragment alone, and Pings between",
            WebSocketRole.Client, true, "4103F248CD8900" + "8004C9C90700" + "880203E8", ["Pong 0 ", Hello, "Close 1000"]
        },
        { "no DEFLATE", WebSocketRole.Client, true, "C101FF", ["Close 1007"] },
        { "bad UTF-8 in the first fragment", WebSocketRole.Client, false, "0103CEBAFF", ["Close 1007"] },
        { "bad UTF-8 in the middle of a frame", WebSocketRole.Client, false, "817E0100CEBAFF", ["Close 1007"] },
        { "bad UTF-8 that only the next fragment makes bad", WebSocketRole.Client, false, "0101F4000190", ["Close 1007"] },
        { "bad UTF-8 inside what is compressed", WebSocketRole.Client, true, "C107000100FEFFFF00", ["Close 1007"] },
        { "invalid UTF-8 in a close reason", WebSocketRole.Client, false, "880403E8FF61", ["Close 1007"] },
        { "a close reason cut inside a character", WebSocketRole.Client, false, "880403E8E282", ["Close 1007"] },
        { "a close payload of one byte", WebSocketRole.Client, false, "880103", ["Close 1002"] },
        { "close code 1005", WebSocketRole.Client, false, "880203ED", ["Close 1002"] },
        { "close code 1006", WebSocketRole.Client, false, "880203EE", ["Close 1002"] },
        { "close code 1015", WebSocketRole.Client, false, "880203F7", ["Close 1002"] },
        { "close code 1012", WebSocketRole.Client, false, "880203F4", ["Close 1012"] },
        {
            "a Pong between fragments inside a character, each with its key",
            WebSocketRole.Server, false, "018137FA213DF9" + "8A8000000000" + "808101020304BB" + "888237FA213D3412", ["Text 2 CEBA", "Close 1000"]
        },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task A_connection_answers_as_it_should(string what, WebSocketRole role, bool deflate, string hex, string[] answers)
    {
        byte[] bytes = Convert.FromHexString(hex);
        WebSocketDeflateParameters? parameters = deflate ? new() : null;
        WebSocketConnectionOptions options = new() { Deflate = new() { Threshold = 1000 } };
        string[] expected = [what, .. answers, "end"];
        foreach (int chop in new[] { int.MaxValue, 1 })
        {
            string[] transcript = [what, .. await EchoRun.PlayAsync(role, bytes, chop, parameters, options)];
            Assert.Equal(expected, transcript);
        }
    }

    /// <summary>What of the request is replaced, and by what; the first line of the answer, and a line that has to be in it.</summary>
    [Theory]
    [InlineData("Version: 13", "Version: 12", "HTTP/1.1 426 ", "Sec-WebSocket-Version: 13", WebSocketHandshakeError.UnsupportedVersion)]
    [InlineData("permessage-deflate", "permessage-deflate;", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.InvalidExtension)]
    [InlineData("permessage-deflate", "permessage-deflate; =15", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.InvalidExtension)]
    [InlineData("Protocol: chat", "Protocol: chat, chat", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.DuplicateSubprotocol)]
    [InlineData("Protocol: chat", "Protocol: ch@t", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.InvalidSubprotocol)]
    [InlineData("Protocol: chat", "Protocol: \"chat\"", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.InvalidSubprotocol)]
    [InlineData("HTTP/1.1", "HTTP/1.0", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.HttpVersionTooLow)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.InvalidKey)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZWU=", "HTTP/1.1 400 ", "Connection: close", WebSocketHandshakeError.InvalidKey)]
    public async Task A_handshake_is_refused_with_the_right_status(
        string part, string probe, string status, string line, WebSocketHandshakeError error)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(Request.Replace(part, probe, StringComparison.Ordinal)));
        WebSocketHandshakeException exception
            = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => WebSocketServer.AcceptAsync(ours, Options).AsTask());
        Assert.Equal(error, exception.Error);
        await ours.Output.CompleteAsync();
        string answer = await ReadAllAsync(peer.Input);
        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains($"\r\n{line}\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upgrade: websocket", "Upgrade: h2c, websocket")]
    [InlineData("Upgrade: websocket", "Upgrade: WebSocket")]
    [InlineData("Connection: Upgrade", "Connection: keep-alive, upgrade")]
    [InlineData("permessage-deflate", "permessage-deflate; server_max_window_bits=10; server_max_window_bits=11")]
    public async Task A_handshake_that_is_good_though_unusual_makes_a_connection(string part, string probe)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(Request.Replace(part, probe, StringComparison.Ordinal)));
        await peer.Output.WriteAsync(RawFrame.Text("behind the head").ToBytes(masked: true));
        WebSocketConnection? connection = await WebSocketServer.AcceptAsync(ours, Options);
        Assert.Equal("chat", connection!.Subprotocol);
        using (OwnedWebSocketMessage? message = await connection.ReceiveAsync())
        {
            Assert.Equal("behind the head", message!.GetText());
        }

        ReadResult answer = await peer.Input.ReadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", Encoding.ASCII.GetString(answer.Buffer), StringComparison.Ordinal);
        peer.Input.AdvanceTo(answer.Buffer.End);
        connection.Abort();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_browsers_do_not_escape_is_taken_where_that_is_asked_for(bool isAllowed)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(Request.Replace(" HTTP/", "?filter={a|b} HTTP/", StringComparison.Ordinal)));
        ValueTask<WebSocketConnection?> accepting = WebSocketServer.AcceptAsync(
            ours, new WebSocketAcceptOptions { Head = new Http1Options { AllowUnescapedTarget = isAllowed } });
        if (isAllowed)
        {
            (await accepting)!.Abort();
        }
        else
        {
            Http1ProtocolException exception = await Assert.ThrowsAsync<Http1ProtocolException>(() => accepting.AsTask());
            Assert.Equal(Http1ProtocolError.InvalidTarget, exception.Error);
        }
    }

    /// <summary>
    /// "Send Close, half-close, then drain": what is unread when a socket is closed is answered with a reset, and a reset discards the Close on its
    /// way.
    /// </summary>
    [Theory]
    [InlineData(WebSocketRole.Server, true)]
    [InlineData(WebSocketRole.Client, true)]
    [InlineData(WebSocketRole.Server, false)]
    [InlineData(WebSocketRole.Client, false)]
    public async Task Over_a_socket_the_Close_arrives_whatever_the_peer_still_sends(WebSocketRole role, bool canHalfClose)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient one = new();
        await one.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using TcpClient peer = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        WebSocketConnection connection
            = canHalfClose ? new(new SocketTransport(one.Client), role) : WebSocketConnection.Create(one.GetStream(), role);
        Task echoing = EchoRun.EchoAsync(connection);
        NetworkStream stream = peer.GetStream();

        // Opcode 3, and behind it more than fits into the buffers of the sockets.
        await stream.WriteAsync(new RawFrame(3, []).ToBytes(masked: role == WebSocketRole.Server), TestContext.Current.CancellationToken);
        Task more = stream.WriteAsync(new byte[1 << 20], TestContext.Current.CancellationToken).AsTask();
        byte[] header = new byte[2 + (role == WebSocketRole.Client ? 4 : 0) + 2];
        await stream.ReadExactlyAsync(header, TestContext.Current.CancellationToken);
        Assert.Equal(0x88, header[0]);
        int code = role == WebSocketRole.Client ? ((header[6] ^ header[2]) << 8) | (header[7] ^ header[3]) : (header[2] << 8) | header[3];
        Assert.Equal(1002, code);
        await more.WaitAsync(EchoRun.Patience);
        peer.Client.Shutdown(SocketShutdown.Send);
        MemoryStream rest = new();
        await stream.CopyToAsync(rest, TestContext.Current.CancellationToken);
        await echoing.WaitAsync(EchoRun.Patience);
    }

    private static WebSocketAcceptOptions Options => new() { Subprotocols = ["chat"], Connection = new() { Deflate = new() } };

    private static async Task<string> ReadAllAsync(PipeReader input)
    {
        MemoryStream all = new();
        await input.CopyToAsync(all);
        return Encoding.ASCII.GetString(all.ToArray());
    }
}
