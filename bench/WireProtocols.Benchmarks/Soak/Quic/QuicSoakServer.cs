using System.Globalization;
using WireProtocols.Benchmarks.Load.Quic;
using WireProtocols.MsQuic;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>
/// <c>soak-quic-server SECONDS</c>: the echo over msquic, which says where it listens and then its counts, and ends with its input.
/// </summary>
internal static class QuicSoakServer
{
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string interval)
    {
        await using MsQuicListener listener = MsQuicEchoServer.Start(QuicSoakOptions.IdleTimeout);
        await QuicSoakStats.PrintUntilInputEndsAsync(TimeSpan.FromSeconds(int.Parse(interval, CultureInfo.InvariantCulture)));
        return 0;
    }
}
