using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Section 12: messages of every size, in one frame and in fragments, of data that compresses well, badly and not at all.</summary>
public class DeflateConformanceTests
{
    private static readonly byte[][] Files = [DeflateData.Json, DeflateData.Bitmap, DeflateData.Prose, DeflateData.Html, DeflateData.Pdf];

    /// <summary>The suite sends a thousand of each; of the long ones so many are sent that together they are longer than any window.</summary>
    private const int LengthOfAll = 512 * 1024;

    /// <summary>How long the messages are, and their fragments; the same for sections 12.1 to 13.7.</summary>
    internal static (int Length, int Fragment)[] Variants { get; } =
    [
        (16, 0), (64, 0), (256, 0), (1024, 0), (4096, 0), (8192, 0), (16384, 0), (32768, 0), (65536, 0), (131072, 0),
        (8192, 256), (16384, 256), (32768, 256), (65536, 256), (131072, 256), (131072, 1024), (131072, 4096), (131072, 32768),
    ];

    public static TheoryData<int, WebSocketRole> Sections
        => new(Enumerable.Range(1, 5).SelectMany(section => new[] { (section, WebSocketRole.Server), (section, WebSocketRole.Client) }));

    [Theory]
    [MemberData(nameof(Sections))]
    public async Task Compressed_messages_of_every_size_echo(int section, WebSocketRole role)
    {
        byte[] file = Files[section - 1];
        bool isText = section is 1 or 4;
        foreach ((int length, int fragment) in Variants)
        {
            (WebSocketConnection connection, System.IO.Pipelines.IDuplexPipe peer) = role == WebSocketRole.Server
                ? await AcceptAsync(
                    "permessage-deflate; client_no_context_takeover; client_max_window_bits", "permessage-deflate; client_no_context_takeover")
                : await DeflateHandshake.ConnectAsync(new() { Threshold = 0 }, _ => "permessage-deflate");
            await DeflateExchange.RunAsync(connection, peer, connection.Deflate, Cut(file, isText, length), fragment);
        }
    }

    internal static async Task<(WebSocketConnection Connection, System.IO.Pipelines.IDuplexPipe Peer)> AcceptAsync(string offers, string answer)
    {
        (WebSocketConnection server, string? extensions, System.IO.Pipelines.IDuplexPipe peer) = await DeflateHandshake.AcceptAsync(
            offers, new() { Threshold = 0 });
        Assert.Equal(answer, extensions);
        return (server, peer);
    }

    internal static IEnumerable<(bool IsText, byte[] Payload)> Cut(byte[] file, bool isText, int length)
        => Enumerable.Range(0, Math.Clamp(LengthOfAll / length, 4, 1000)).Select(i => (isText, DeflateData.Cut(file, i, length)));
}
