using System.Net;
using System.Security.Cryptography;
using WireProtocols.MsQuic;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>What a listener holds that nobody has accepted.</summary>
public sealed class MsQuicListenerTests
{
    [Fact]
    public async Task A_connection_that_nobody_has_accepted_counts_until_somebody_does()
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        await using MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), TestCertificate.Value);
        listener.MaxWaiting = 1;
        for (int round = 0; round < 3; round++)
        {
            await using MsQuicCarrier first = await ConnectAsync(listener);
            MsQuicException refusal = await Assert.ThrowsAsync<MsQuicException>(() => ConnectAsync(listener));
            Assert.True(refusal.IsConnectionRefused);
            await using MsQuicCarrier accepted = await listener.AcceptAsync();
        }
    }

    private static Task<MsQuicCarrier> ConnectAsync(MsQuicListener listener)
        => MsQuicCarrier.ConnectAsync("127.0.0.1", listener.LocalEndPoint.Port, new MsQuicClientOptions
        {
            ServerCertificateHashes = [SHA256.HashData(TestCertificate.Value.RawData)],
        });
}
