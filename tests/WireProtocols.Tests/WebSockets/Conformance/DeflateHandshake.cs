using System.IO.Pipelines;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>A connection whose extensions were agreed in a real opening handshake, of which the peer's half is text.</summary>
internal static class DeflateHandshake
{
    private const string Head = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
        + "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    /// <summary>A server is made an offer.</summary>
    /// <param name="offers">The peer's Sec-WebSocket-Extensions.</param>
    /// <param name="options">What the server wants.</param>
    /// <returns>The server, its Sec-WebSocket-Extensions, or null, and the peer's end.</returns>
    public static async Task<(WebSocketConnection Server, string? Extensions, IDuplexPipe Peer)> AcceptAsync(
        string offers, WebSocketPerMessageDeflateOptions options)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        Task<WebSocketConnection?> accepting
            = WebSocketServer.AcceptAsync(ours, new WebSocketAcceptOptions { Connection = new() { Deflate = options } }).AsTask();
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes($"{Head}Sec-WebSocket-Extensions: {offers}\r\n\r\n"));
        string head = await ReadHeadAsync(peer.Input);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        return ((await accepting.WaitAsync(EchoRun.Patience))!, Extensions(head), peer);
    }

    /// <summary>A server that compresses everything is made an offer, and gives this answer.</summary>
    public static async Task<(WebSocketConnection Connection, IDuplexPipe Peer)> AcceptAsync(string offers, string answer)
    {
        (WebSocketConnection server, string? extensions, IDuplexPipe peer) = await AcceptAsync(
            offers, new WebSocketPerMessageDeflateOptions { Threshold = 0 });
        Assert.Equal(answer, extensions);
        return (server, peer);
    }

    /// <summary>A client makes an offer and is answered.</summary>
    /// <param name="options">What the client wants.</param>
    /// <param name="answer">The peer's Sec-WebSocket-Extensions, by the offer.</param>
    /// <returns>The client, and the peer's end.</returns>
    public static async Task<(WebSocketConnection Client, IDuplexPipe Peer)> ConnectAsync(
        WebSocketPerMessageDeflateOptions options, Func<string, string> answer)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketHandshakeOffer offer = new("h", "/") { Extensions = [WebSocketDeflateNegotiation.CreateOffer(options)] };
        Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(ours, offer, new() { Connection = new() { Deflate = options } }).AsTask();
        string head = await ReadHeadAsync(peer.Input);
        byte[] accept = new byte[WebSocketAccept.AcceptLength];
        WebSocketAccept.Compute(Encoding.ASCII.GetBytes(Field(head, "Sec-WebSocket-Key")!), accept);
        await peer.Output.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + $"{Encoding.ASCII.GetString(accept)}\r\n" +
            $"Sec-WebSocket-Extensions: {answer(Extensions(head)!)}\r\n\r\n"));
        return (await connecting.WaitAsync(EchoRun.Patience), peer);
    }

    private static string? Extensions(string head) => Field(head, "Sec-WebSocket-Extensions");

    private static string? Field(string head, string name)
        => head.Split("\r\n").SingleOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..];

    private static async Task<string> ReadHeadAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync().AsTask().WaitAsync(EchoRun.Patience);
            string text = Encoding.Latin1.GetString(result.Buffer);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Assert.True(end >= 0 || !result.IsCompleted, "The handshake ended.");
            SequencePosition consumed = end < 0 ? result.Buffer.Start : result.Buffer.GetPosition(end + 4);
            input.AdvanceTo(consumed, end < 0 ? result.Buffer.End : consumed);
            if (end >= 0)
            {
                return text[..(end + 2)];
            }
        }
    }
}
