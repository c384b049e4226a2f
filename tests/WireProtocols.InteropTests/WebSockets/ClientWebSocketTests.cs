using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace WireProtocols.InteropTests.WebSockets;

public class ClientWebSocketTests(ServeFixture server)
{
    private const int Large = 16 * 1024 * 1024;

    [Theory]
    [InlineData("")]
    [InlineData("Hello")]
    [InlineData("grüße, 世界, 🌍")]
    public async Task Text_comes_back(string text)
    {
        using ClientWebSocket client = await ConnectAsync();
        await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, default);
        (WebSocketMessageType type, byte[] payload) = await ReceiveAsync(client);
        Assert.Equal((WebSocketMessageType.Text, text), (type, Encoding.UTF8.GetString(payload)));
        await CloseAsync(client);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(200_000)]
    [InlineData(Large)]
    public async Task Binary_comes_back_even_when_it_is_read_only_after_all_is_sent(int length)
    {
        byte[] message = RandomNumberGenerator.GetBytes(length);
        using ClientWebSocket client = await ConnectAsync();
        await client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, default);
        (WebSocketMessageType type, byte[] payload) = await ReceiveAsync(client);
        Assert.Equal(WebSocketMessageType.Binary, type);
        AssertSame(message, payload);
        await CloseAsync(client);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    [InlineData(Large)]
    public async Task Fragments_come_back_as_one_message(int length)
    {
        byte[] message = RandomNumberGenerator.GetBytes(length);
        using ClientWebSocket client = await ConnectAsync();
        await client.SendAsync(message.AsMemory(0, length / 3), WebSocketMessageType.Binary, endOfMessage: false, default);
        await client.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, endOfMessage: false, default);
        await client.SendAsync(message.AsMemory(length / 3), WebSocketMessageType.Binary, endOfMessage: true, default);
        AssertSame(message, (await ReceiveAsync(client)).Payload);
        await CloseAsync(client);
    }

    [Fact]
    public async Task A_thousand_connections_at_once_lose_no_byte()
    {
        ClientWebSocket[] clients = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => ConnectAsync()));
        try
        {
            await Task.WhenAll(clients.Select(async (client, index) =>
            {
                byte[] message = RandomNumberGenerator.GetBytes(1000 + (37 * index));
                for (int round = 0; round < 3; round++)
                {
                    await client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, default);
                    AssertSame(message, (await ReceiveAsync(client)).Payload);
                }
            }));
            await Task.WhenAll(clients.Select(CloseAsync));
        }
        finally
        {
            Array.ForEach(clients, c => c.Dispose());
        }
    }

    [Theory]
    [InlineData(true, 15, true, 15)]
    [InlineData(false, 15, false, 15)]
    [InlineData(true, 9, true, 9)]
    [InlineData(false, 9, true, 15)]
    [InlineData(true, 15, false, 10)]
    public async Task Compressed_messages_come_back(bool clientTakeover, int clientBits, bool serverTakeover, int serverBits)
    {
        using ClientWebSocket client = new();
        client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions
        {
            ClientContextTakeover = clientTakeover,
            ClientMaxWindowBits = clientBits,
            ServerContextTakeover = serverTakeover,
            ServerMaxWindowBits = serverBits,
        };
        client.Options.CollectHttpResponseDetails = true;
        await client.ConnectAsync(new Uri(server.WebSocket + "/ws/echo"), default);
        Assert.Contains("permessage-deflate", string.Concat(client.HttpResponseHeaders!["Sec-WebSocket-Extensions"]), StringComparison.Ordinal);
        foreach (string text in (string[])["", "to and fro", .. Enumerable.Repeat(string.Concat(Enumerable.Repeat("to and fro ", 9000)), 3)])
        {
            await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, default);
            (WebSocketMessageType type, byte[] payload) = await ReceiveAsync(client);
            Assert.Equal((WebSocketMessageType.Text, text), (type, Encoding.UTF8.GetString(payload)));
        }

        byte[] zeros = new byte[Large];
        await client.SendAsync(zeros, WebSocketMessageType.Binary, endOfMessage: true, default);
        AssertSame(zeros, (await ReceiveAsync(client)).Payload);
        byte[] noise = RandomNumberGenerator.GetBytes(1_000_000);
        await client.SendAsync(noise, WebSocketMessageType.Binary, endOfMessage: true, default);
        AssertSame(noise, (await ReceiveAsync(client)).Payload);
        await CloseAsync(client);
    }

    [Fact]
    public async Task The_close_code_is_echoed()
    {
        using ClientWebSocket client = await ConnectAsync();
        await client.CloseAsync((WebSocketCloseStatus)4321, "enough", default);
        Assert.Equal((WebSocketState.Closed, (WebSocketCloseStatus?)4321), (client.State, client.CloseStatus));
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        ClientWebSocket client = new();
        await client.ConnectAsync(new Uri(server.WebSocket + "/ws/echo"), default);
        return client;
    }

    private static async Task<(WebSocketMessageType Type, byte[] Payload)> ReceiveAsync(ClientWebSocket client)
    {
        MemoryStream payload = new();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult result = await client.ReceiveAsync(buffer.AsMemory(), default);
            payload.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
            {
                return (result.MessageType, payload.ToArray());
            }
        }
    }

    // Assert.Equal would print the bytes.
    private static void AssertSame(byte[] sent, byte[] received)
        => Assert.True(sent.AsSpan().SequenceEqual(received), $"{sent.Length} bytes were sent; the {received.Length} that came back differ.");

    private static async Task CloseAsync(ClientWebSocket client)
    {
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default);
        Assert.Equal(WebSocketState.Closed, client.State);
    }
}
