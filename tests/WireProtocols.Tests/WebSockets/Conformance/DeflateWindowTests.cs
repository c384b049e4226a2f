using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// Every window that there is, with the platform's WebSocket as the peer. What else is agreed on is played by <see cref="ConformanceTests"/>.
/// </summary>
public class DeflateWindowTests
{
    private const string Name = "permessage-deflate";
    private static readonly WebSocketPerMessageDeflateOptions All = new() { Threshold = 0 };

    /// <summary>Every window with which zlib deflates, each way, with every kind of takeover.</summary>
    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task Every_pair_of_windows_is_agreed_to_and_kept(WebSocketRole role)
    {
        // Longer than the largest window, and again, so that what is behind one is asked for.
        byte[] payload = DeflateData.Cut(DeflateData.Json, 0, 40_000);
        for (int serverBits = 9; serverBits <= 15; serverBits++)
        {
            for (int clientBits = 9; clientBits <= 15; clientBits++)
            {
                foreach (int takeover in new[] { 0, 1, 2, 3 })
                {
                    WebSocketDeflateParameters wanted = new((takeover & 1) != 0, (takeover & 2) != 0, serverBits, clientBits);
                    string common = Name + (wanted.ServerNoContextTakeover ? "; server_no_context_takeover" : "")
                        + (wanted.ClientNoContextTakeover ? "; client_no_context_takeover" : "")
                        + $"; server_max_window_bits={serverBits}";
                    string extension = $"{common}; client_max_window_bits={clientBits}";

                    // 15 is what goes without saying; of the server's own window the offer has to be answered (§7.1.2.1).
                    (WebSocketConnection connection, IDuplexPipe peer) = role == WebSocketRole.Server
                        ? await DeflateHandshake.AcceptAsync(extension, clientBits == 15 ? common : extension)
                        : await DeflateHandshake.ConnectAsync(All, _ => extension);
                    Assert.Equal(wanted, connection.Deflate);
                    await DeflateExchange.RunAsync(connection, peer, wanted, [(true, payload), (true, payload)]);
                }
            }
        }
    }

    /// <summary>
    /// What zlib cannot deflate with, it inflates; a server says no to it, and a client that is told so leaves its messages as they are.
    /// </summary>
    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task A_window_of_256_bytes_is_inflated_and_not_deflated_with(WebSocketRole role)
    {
        (WebSocketConnection connection, IDuplexPipe peer) = role == WebSocketRole.Server
            ? await DeflateHandshake.AcceptAsync(
                $"{Name}; server_max_window_bits=8, {Name}; client_max_window_bits=8", $"{Name}; client_max_window_bits=8")
            : await DeflateHandshake.ConnectAsync(All, _ => $"{Name}; server_max_window_bits=8; client_max_window_bits=8");
        Task echoing = EchoRun.EchoAsync(connection);

        // Messages for themselves, of at most 256 bytes, refer back no further.
        List<string> sent = [];
        foreach (int length in new[] { 1, 16, 100, 256 })
        {
            string text = Encoding.ASCII.GetString(DeflateData.Cut(DeflateData.Html, 0, length));
            sent.Add(text);
            await peer.Output.WriteAsync(new RawFrame(1, Deflate(text), Rsv: 4).ToBytes(masked: role == WebSocketRole.Server));
        }

        await peer.Output.WriteAsync(RawFrame.Close(1000).ToBytes(masked: role == WebSocketRole.Server));
        await peer.Output.CompleteAsync();
        await echoing.WaitAsync(EchoRun.Patience);
        MemoryStream all = new();
        await peer.Input.CopyToAsync(all);
        Assert.Equal(sent, Read(all.ToArray(), role, out int compressed));

        // The first ones are too short to shrink, and are sent as they are.
        Assert.Equal(role == WebSocketRole.Server, compressed > 0);
    }

    [Fact]
    public async Task A_server_that_can_keep_no_offer_goes_on_without_compression()
    {
        (WebSocketConnection server, string? extensions, IDuplexPipe peer)
            = await DeflateHandshake.AcceptAsync($"{Name}; server_max_window_bits=8, {Name}; unknown", All);
        Assert.Null(extensions);
        Assert.Null(server.Deflate);
        await DeflateExchange.RunAsync(server, peer, null, [(true, DeflateData.Cut(DeflateData.Json, 0, 1000))]);
    }

    private static byte[] Deflate(string text)
    {
        MemoryStream target = new();
        using DeflateStream deflate = new(target, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(Encoding.ASCII.GetBytes(text));
        deflate.Flush();
        return target.ToArray()[..^4];
    }

    private static List<string> Read(byte[] bytes, WebSocketRole sender, out int compressed)
    {
        using WebSocketMessageDecoder decoder = new(sender, null, new WebSocketDeflateParameters());
        List<string> messages = [];
        compressed = 0;
        StringBuilder text = new();
        for (ReadOnlySpan<byte> rest = bytes;
            decoder.Decode(rest, out int consumed, out WebSocketMessagePart part) == OperationStatus.Done;
            rest = rest[consumed..])
        {
            if (part.Opcode == WebSocketOpcode.Close)
            {
                return messages;
            }

            text.Append(Encoding.ASCII.GetString(part.Payload));
            if (part.IsLast)
            {
                messages.Add(text.ToString());
                text.Clear();
                compressed += decoder.MessageCompressedLength is null ? 0 : 1;
            }
        }

        return messages;
    }
}
