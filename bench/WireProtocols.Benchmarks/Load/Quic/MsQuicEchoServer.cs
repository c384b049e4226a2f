extern alias wire;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using wire::WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.MsQuic;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>WebTransport over <see cref="MsQuicCarrier"/>.</summary>
internal static class MsQuicEchoServer
{
    /// <summary>Listens, and says where.</summary>
    /// <param name="idleTimeout">After how long a connection is over whose client is gone; the default where null.</param>
    public static MsQuicListener Start(TimeSpan? idleTimeout = null)
    {
        using X509Certificate2 certificate = ServerCertificate.Create(TimeProvider.System);
        MsQuicOptions options = new()
        {
            MaxBidirectionalStreams = QuicEcho.MaxStreams,
            MaxUnidirectionalStreams = QuicEcho.MaxStreams,
            IdleTimeout = idleTimeout ?? new MsQuicOptions().IdleTimeout,
        };
        MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), certificate, options);
        _ = AcceptAsync(listener);
        QuicEcho.Announce(listener.LocalEndPoint.Port, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
        return listener;
    }

    private static async Task AcceptAsync(MsQuicListener listener)
    {
        try
        {
            while (true)
            {
                _ = QuicEcho.RunAsync(await listener.AcceptAsync());
            }
        }
        catch (ChannelClosedException)
        {
            // The server ends.
        }
    }
}
