using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.MsQuic;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>Which certificates a client of msquic refuses, and how it says so.</summary>
public sealed class MsQuicTrustTests
{
    private static byte[] Hash => SHA256.HashData(TestCertificate.Value.RawData);

    [Fact]
    public async Task A_certificate_of_another_hash_is_refused()
        => Assert.Null((await RefuseAsync(new MsQuicClientOptions { ServerCertificateHashes = [new byte[32]] })).InnerException);

    [Fact]
    public async Task A_self_signed_certificate_is_refused_where_nothing_is_said_of_it()
        => Assert.Null((await RefuseAsync(new MsQuicClientOptions())).InnerException);

    [Fact]
    public async Task A_certificate_that_the_callback_refuses_is_refused_whatever_its_hash()
        => Assert.Null((await RefuseAsync(new MsQuicClientOptions
        {
            ServerCertificateHashes = [Hash],
            ValidateCertificate = (_, _) => false,
        })).InnerException);

    [Fact]
    public async Task What_the_callback_throws_is_told()
    {
        InvalidOperationException thrown = new("This is a test.");
        Assert.Same(thrown, (await RefuseAsync(new MsQuicClientOptions { ValidateCertificate = (_, _) => throw thrown })).InnerException);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("example.org", false)]
    public void A_certificate_is_for_its_names_only(string host, bool isAccepted)
    {
        ServerTrust trust = new(host, new MsQuicClientOptions()) { Roots = [TestCertificate.Value] };
        Assert.Equal(isAccepted, trust.Accepts(TestCertificate.Value.RawData, default));
    }

    [Theory]
    [InlineData(-1, 24, true)]
    [InlineData(-1, (14 * 24) - 1, true)]
    [InlineData(-1, 14 * 24, false)]
    [InlineData(-48, -1, false)]
    [InlineData(1, 48, false)]
    public void A_certificate_of_the_right_hash_is_taken_while_it_is_valid_for_two_weeks_at_most(int from, int until, bool isAccepted)
    {
        using X509Certificate2 certificate = TestCertificate.Create(TimeSpan.FromHours(from), TimeSpan.FromHours(until));
        ServerTrust trust = new("example.org", new MsQuicClientOptions { ServerCertificateHashes = [SHA256.HashData(certificate.RawData)] });
        Assert.Equal(isAccepted, trust.Accepts(certificate.RawData, default));
    }

    private static async Task<MsQuicException> RefuseAsync(MsQuicClientOptions options)
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        await using MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), TestCertificate.Value);
        MsQuicException refusal = await Assert.ThrowsAsync<MsQuicException>(
            () => MsQuicCarrier.ConnectAsync("127.0.0.1", listener.LocalEndPoint.Port, options));
        Assert.Equal("The server's certificate is not trusted.", refusal.Message);
        return refusal;
    }
}
