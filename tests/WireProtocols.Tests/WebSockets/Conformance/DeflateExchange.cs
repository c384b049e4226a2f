using System.IO.Pipelines;
using System.Net.WebSockets;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;
using PlatformOptions = System.Net.WebSockets.WebSocketDeflateOptions;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>The platform's WebSocket as the peer of an echo, whose DEFLATE streams are another's.</summary>
internal static class DeflateExchange
{
    /// <summary>Sends messages to a connection that echoes them, looks at every echo, and closes.</summary>
    /// <param name="connection">The connection that echoes.</param>
    /// <param name="end">The peer's end of its transport.</param>
    /// <param name="agreed">What the peer has agreed to, or null.</param>
    /// <param name="messages">Text or not, and the messages.</param>
    public static async Task RunAsync(
        WebSocketConnection connection,
        IDuplexPipe end,
        WebSocketDeflateParameters? agreed,
        IEnumerable<(bool IsText, byte[] Payload)> messages)
    {
        Task echoing = EchoRun.EchoAsync(connection);
        await using PipedStream stream = new(end);
        using WebSocket peer = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = connection.Role == WebSocketRole.Client,
            DangerousDeflateOptions = agreed is null ? null : new PlatformOptions
            {
                ServerContextTakeover = !agreed.ServerNoContextTakeover,
                ClientContextTakeover = !agreed.ClientNoContextTakeover,
                ServerMaxWindowBits = agreed.ServerMaxWindowBits,
                ClientMaxWindowBits = agreed.ClientMaxWindowBits,
            },
        });
        await ExchangeAsync(peer, messages).WaitAsync(EchoRun.Patience);
        await peer.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).WaitAsync(EchoRun.Patience);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, peer.CloseStatus);
        await stream.DisposeAsync();
        await echoing.WaitAsync(EchoRun.Patience);
        Assert.Equal(WebSocketCloseCode.NormalClosure, connection.CloseCode);
    }

    private static async Task ExchangeAsync(WebSocket peer, IEnumerable<(bool IsText, byte[] Payload)> messages)
    {
        byte[] received = new byte[131072 + 1];
        int number = 0;
        foreach ((bool isText, byte[] payload) in messages)
        {
            WebSocketMessageType type = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            Task sending = peer.SendAsync(payload, type, endOfMessage: true, CancellationToken.None);
            int length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await peer.ReceiveAsync(received.AsMemory(length), CancellationToken.None);
                length += result.Count;
            }
            while (!result.EndOfMessage);

            await sending;
            Assert.True(
                result.MessageType == type && payload.AsSpan().SequenceEqual(received.AsSpan(0, length)),
                $"Message {number} of {payload.Length} bytes came back as {length}.");
            number++;
        }
    }
}
