using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>The Node.js helper and a network that loses what it has to: a client of the same quiche decides what arrives.</summary>
public sealed class RelayLateEndTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_end_that_comes_with_bytes_that_came_before_is_told()
    {
        Assert.SkipWhen(RelayHelper.Missing is not null, RelayHelper.Missing ?? "");
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await using RelayHelper helper = await RelayHelper.StartAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        using Process client = NodePeer.Start("quic-late-end.mjs", $"127.0.0.1:{helper.Port}");
        try
        {
            await using RelayCarrier? server
                = await RelayCarrier.OpenAsync(await listener.AcceptSocketAsync().WaitAsync(TooLong), CancellationToken.None);
            Assert.Equal("hello", await ReadStreamAsync(server!).WaitAsync(TooLong));
        }
        finally
        {
            client.Kill();
            await client.WaitForExitAsync();
        }
    }

    /// <summary>The bytes of the only stream, once it has ended.</summary>
    private static async Task<string> ReadStreamAsync(RelayCarrier carrier)
    {
        string text = "";
        while (await carrier.WaitToReadAsync())
        {
            while (carrier.TryRead(out QuicEvent item))
            {
                text += System.Text.Encoding.ASCII.GetString(item.Data.Span);
                if (item.EndStream)
                {
                    return text;
                }
            }
        }

        return $"{text} without an end";
    }
}
