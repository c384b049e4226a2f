extern alias wire;

using wire::WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>The echo of <c>wire serve</c> on one connection, whatever carries it.</summary>
internal static class QuicEcho
{
    /// <summary>More streams than a client has in flight.</summary>
    public const int MaxStreams = 1000;

    /// <summary>The platform's carrier has neither datagrams nor a reliable reset.</summary>
    private static readonly WebTransportConnectionOptions Options = new()
    {
        RequireReliableReset = false,
        RequireDatagrams = false,
        MaxStreams = 4 * MaxStreams,
    };

    public static async Task RunAsync(IQuicCarrier carrier)
    {
        await using (carrier)
        {
            using WebTransportConnection connection = new(WebTransportRole.Server, carrier, Options);
            await new WebTransportPump(connection, carrier, new WebTransportEcho(TextWriter.Null).Handle).RunAsync();
        }
    }

    /// <summary>Says where a server listens, as <see cref="LoadServer"/> wants it.</summary>
    public static void Announce(int port, string certificateHash, string query = "")
        => Console.WriteLine($"https://127.0.0.1:{port}/{query}#{certificateHash}");
}
