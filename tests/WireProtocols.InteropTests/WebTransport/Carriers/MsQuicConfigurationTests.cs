using WireProtocols.MsQuic;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>Configurations of clients are shared by those that have the same settings.</summary>
public sealed class MsQuicConfigurationTests
{
    [Fact]
    public void The_same_settings_have_one_configuration()
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        MsQuicClientOptions options = new() { StreamWindow = 1 << 17, ServerCertificateHashes = [new byte[32]] };
        using ClientConfigurations.Rented first = ClientConfigurations.Rent(options);
        using ClientConfigurations.Rented second = ClientConfigurations.Rent(options with { ServerCertificateHashes = [] });
        Assert.Same(first.Configuration, second.Configuration);
        MsQuicClientOptions[] others =
        [
            options with { StreamWindow = 1 << 16 },
            options with { ConnectionWindow = 1 << 20 },
            options with { MaxBidirectionalStreams = 1 },
            options with { MaxUnidirectionalStreams = 1 },
            options with { IdleTimeout = TimeSpan.FromSeconds(3) },
            options with { HandshakeTimeout = TimeSpan.FromSeconds(3) },
            options with { KeepAlive = TimeSpan.FromSeconds(3) },
            options with { ApplicationProtocols = ["h3", "other"] },
        ];
        HashSet<object> different = [first.Configuration];
        foreach (MsQuicClientOptions other in others)
        {
            using ClientConfigurations.Rented rented = ClientConfigurations.Rent(other);
            Assert.True(different.Add(rented.Configuration));
            Assert.NotEqual(0, rented.Configuration.Handle);
        }
    }

    /// <summary>Beyond a number of settings each connection has its own, which is closed when it has begun.</summary>
    [Fact]
    public void Not_every_setting_is_kept()
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        Configuration last = null!;
        for (int i = 0; i < 40; i++)
        {
            using ClientConfigurations.Rented rented = ClientConfigurations.Rent(new MsQuicClientOptions { MaxBidirectionalStreams = 1000 + i });
            last = rented.Configuration;
        }

        Assert.Equal(0, last.Handle);
    }
}
