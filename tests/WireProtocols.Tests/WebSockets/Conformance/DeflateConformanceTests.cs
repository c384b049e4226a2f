using System.Net.WebSockets;
using System.Text;
using WireProtocols.WebSockets;
using PlatformOptions = System.Net.WebSockets.WebSocketDeflateOptions;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// Sections 12 and 13: every combination of the parameters of permessage-deflate, in both roles, against the platform's WebSocket as the peer,
/// whose DEFLATE streams are another's.
/// </summary>
public class DeflateConformanceTests
{
    private static readonly int[] Sizes = [0, 1, 16, 63, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072];

    public static TheoryData<bool, bool, int, int, WebSocketRole> Combinations
        => new(from server in new[] { false, true }
               from client in new[] { false, true }
               from serverBits in new[] { 9, 12, 15 }
               from clientBits in new[] { 9, 15 }
               from role in new[] { WebSocketRole.Server, WebSocketRole.Client }
               select (server, client, serverBits, clientBits, role));

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Every_combination_of_parameters_echoes(bool serverNoContext, bool clientNoContext, int serverBits, int clientBits, WebSocketRole role)
    {
        WebSocketDeflateParameters parameters = new(serverNoContext, clientNoContext, serverBits, clientBits);
        (Stream one, Stream other) = DuplexStreams.Create();
        WebSocketConnectionOptions options = new() { Deflate = new() { Threshold = 0 } };
        Task echoing = EchoRun.EchoAsync(WebSocketConnection.Create(one, role, options, parameters));
        using WebSocket peer = WebSocket.CreateFromStream(other, new WebSocketCreationOptions
        {
            IsServer = role == WebSocketRole.Client,
            DangerousDeflateOptions = new PlatformOptions
            {
                ServerContextTakeover = !serverNoContext,
                ClientContextTakeover = !clientNoContext,
                ServerMaxWindowBits = serverBits,
                ClientMaxWindowBits = clientBits,
            },
        });

        await ExchangeAsync(peer).WaitAsync(EchoRun.Patience);
        await peer.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).WaitAsync(EchoRun.Patience);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, peer.CloseStatus);
        peer.Dispose();
        await echoing.WaitAsync(EchoRun.Patience);
    }

    /// <summary>Text that compresses, bytes that do not, each in one frame and in fragments, twice so that contexts matter.</summary>
    private static async Task ExchangeAsync(WebSocket peer)
    {
        byte[] received = new byte[131072 + 1];
        foreach (int size in Sizes.Concat(Sizes))
        {
            byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (size / 8) + 1).Select(i => $"{i % 977:x3} lorem")))[..size];
            byte[] noise = new byte[size];
            new Random(size).NextBytes(noise);
            await SendAsync(peer, text, WebSocketMessageType.Text, fragment: int.MaxValue);
            Assert.Equal(text, await ReceiveAsync(peer, received));
            await SendAsync(peer, noise, WebSocketMessageType.Binary, fragment: Math.Max(1, size / 3));
            Assert.Equal(noise, await ReceiveAsync(peer, received));
        }
    }

    private static async Task SendAsync(WebSocket peer, byte[] message, WebSocketMessageType type, int fragment)
    {
        int at = 0;
        do
        {
            int length = Math.Min(fragment, message.Length - at);
            await peer.SendAsync(message.AsMemory(at, length), type, endOfMessage: at + length == message.Length, CancellationToken.None);
            at += length;
        }
        while (at < message.Length);
    }

    private static async Task<byte[]> ReceiveAsync(WebSocket peer, byte[] buffer)
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result = await peer.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            Assert.NotEqual(WebSocketMessageType.Close, result.MessageType);
            length += result.Count;
            if (result.EndOfMessage)
            {
                return buffer[..length];
            }
        }
    }
}
