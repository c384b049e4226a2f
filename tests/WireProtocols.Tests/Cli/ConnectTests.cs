using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WireProtocols.Buffers;
using WireProtocols.Cli.Serve;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire connect ws://…` against the tool's own server, and against servers that do as the test says.</summary>
public sealed class ConnectTests
{
    [Theory]
    [InlineData("Hello\n世界\r\n", false)]
    [InlineData("Hello\n世界", false)]
    [InlineData("Hello\n世界\n", true)]
    public async Task The_lines_of_stdin_are_messages_and_every_frame_of_both_sides_is_shown(string input, bool deflate)
    {
        await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings());
        WireResult result = await Wire.RunAsync(
            input, ["connect", $"ws://{server.EndPoint}/ws/echo", "--json", .. deflate ? ["--deflate"] : Array.Empty<string>()]);
        Assert.Equal("", string.Concat(result.Error.Split('\n').Where(l => !l.StartsWith("wire: c", StringComparison.Ordinal))));
        Assert.Equal(ExitStatus.Ok, result.Status);
        JsonNode[] rows = [.. result.Lines.Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(
            ["text Hello", "text 世界", "close \u0003\ufffd"],
            rows.Where(r => (string?)r["from"] == "client" && (string?)r["kind"] == "frame").Select(Describe));
        Assert.Equal(
            ["text Hello", "text 世界", "close \u0003\ufffd"],
            rows.Where(r => (string?)r["from"] == "server" && (string?)r["kind"] == "frame").Select(Describe));
        Assert.Equal("""{"kind":"end","closeCode":1000,"closeReason":""}""", result.Lines[^1]);
        Assert.Equal(deflate, result.Error.Contains("permessage-deflate", StringComparison.Ordinal));
        Assert.Contains("closed with 1000 (NormalClosure)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_names_who_sent_a_frame()
    {
        await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings());
        WireResult result = await Wire.RunAsync("Hello\n", "connect", $"ws://{server.EndPoint}/ws/echo");
        Assert.StartsWith("@0  client → GET /ws/echo HTTP/1.1\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("@0  server → HTTP/1.1 101 Switching Protocols\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("  client → text frame, masked, 5 bytes\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("  server → text frame, 5 bytes\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("close code: 1000 (NormalClosure)", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echo_sends_every_message_back_until_the_server_closes()
    {
        byte[] large = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * i))];
        WireResult result = await ConverseAsync(
            async server =>
            {
                Assert.NotNull(server.Deflate);
                foreach (byte[] payload in (byte[][])[[], Encoding.UTF8.GetBytes("Hello"), large])
                {
                    await server.SendAsync(WebSocketOpcode.Binary, payload);
                    await server.PingAsync(new byte[] { 1, 2, 3 });
                    using OwnedWebSocketMessage? back = await server.ReceiveAsync();
                    Assert.Equal(WebSocketOpcode.Binary, back!.Opcode);
                    Assert.Equal(payload, back.Payload.ToArray());
                }

                await server.CloseAsync((WebSocketCloseCode)4000, "enough");
            },
            "--echo", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal("""{"kind":"end","closeCode":4000,"closeReason":"enough"}""", result.Lines[^1]);
        Assert.Equal(
            3,
            result.Lines.Count(
                l => l.Contains("\"from\":\"client\"", StringComparison.Ordinal) && l.Contains("\"opcode\":\"pong\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_compressed_message_is_shown_inflated_too()
    {
        string text = new('a', 1000);
        WireResult result = await ConverseAsync(
            async server =>
            {
                await server.SendTextAsync(text);
                await server.CloseAsync();
            },
            "--deflate", "--json");
        Assert.Contains(result.Lines, l => l.Contains("\"rsv\":4", StringComparison.Ordinal));
        Assert.Contains(
            $$"""{"kind":"message","from":"server","type":"text","length":1000"""
                + $$""","payload":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}","text":"{{text}}"}""",
            result.Lines);
    }

    [Fact]
    public async Task A_server_that_breaks_a_rule_is_a_violation_and_its_frame_is_shown()
    {
        WireResult result = await AnswerAsync(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n\u0083\u0000",
            "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains("violation: ReservedOpcode at byte 0", result.Error, StringComparison.Ordinal);
        Assert.Contains(result.Lines, l => l.Contains("\"opcode\":\"0x3\"", StringComparison.Ordinal));
        Assert.Contains(
            result.Lines,
            l => l.Contains("\"closeCode\":1002", StringComparison.Ordinal) && l.Contains("\"from\":\"client\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_is_lost_is_an_error_of_its_own()
    {
        WireResult result = await AnswerAsync(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "--json");
        Assert.Equal(ExitStatus.InputOutput, result.Status);
        Assert.Contains("\"closeCode\":1006", result.Lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "UnexpectedStatus")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n", "WrongAccept")]
    public async Task A_server_that_does_not_shake_hands_is_a_violation(string answer, string error)
    {
        WireResult result = await AnswerAsync(answer);
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
        Assert.Contains("server → HTTP/1.1 ", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:1/")]
    [InlineData("wss://127.0.0.1:1/")]
    public async Task Nobody_there_is_an_input_output_error(string url)
        => Assert.Equal(ExitStatus.InputOutput, (await Wire.RunAsync("", "connect", url)).Status);

    [Fact]
    public async Task A_header_that_cannot_be_sent_is_a_usage_error()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "connect", $"ws://{listener.LocalEndpoint}/", "-H", "Upgrade: h2c")).Status);
    }

    private static string Describe(JsonNode row)
        => (string)row["opcode"]! + " " + Encoding.UTF8.GetString(Convert.FromBase64String((string)row["payload"]!));

    /// <summary>Connects the tool to a server that does as it is told.</summary>
    private static Task<WireResult> ConverseAsync(Func<WebSocketConnection, Task> serve, params string[] options)
        => RunAsync(
            async stream =>
            {
                WebSocketAcceptOptions accept
                    = new() { Connection = new WebSocketConnectionOptions { Deflate = WebSocketPerMessageDeflateOptions.Default } };
                await using WebSocketConnection? server = await WebSocketServer.AcceptAsync(new SocketTransport(stream), accept);
                await serve(server!);
            },
            options);

    /// <summary>
    /// Connects the tool to a server that answers with these bytes and ends the connection; <c>{0}</c> is the right Sec-WebSocket-Accept.
    /// </summary>
    private static Task<WireResult> AnswerAsync(string answer, params string[] options)
        => RunAsync(
            async stream =>
            {
                StringBuilder head = new();
                byte[] one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    await stream.ReadExactlyAsync(one);
                    head.Append((char)one[0]);
                }

                string key = head.ToString().Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
                byte[] accept = new byte[28];
                WebSocketAccept.Compute(Encoding.ASCII.GetBytes(key), accept);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer.Replace("{0}", Encoding.ASCII.GetString(accept), StringComparison.Ordinal)));
                ((NetworkStream)stream).Socket.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null);
            },
            options);

    private static async Task<WireResult> RunAsync(Func<Stream, Task> serve, string[] options)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await serve(client.GetStream());
        });
        WireResult result = await Wire.RunAsync("", ["connect", $"ws://{listener.LocalEndpoint}/", .. options]);
        await serving;
        return result;
    }
}
