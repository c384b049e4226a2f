using System.Diagnostics;
using WireProtocols.InteropTests.Cli;
using WireProtocols.MsQuic;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>`wire serve --webtransport-quic` as a process, with nothing between it and a browser.</summary>
public sealed class MsQuicFixture : WebTransportBrowser
{
    protected override string? FindMissing() => MsQuicLibrary.Missing;

    protected override async Task StartAsync()
    {
        Process server = Own(WireProcess.Start("serve", "--port", "0", "--webtransport-quic", "0"));
        PageUrl = await ReadAfterAsync(server, "Listening on ") + "/";
        string[] words = (await ReadAfterAsync(server, "WebTransport on ")).Split(' ');
        Url = words[0][..^"/,".Length];
        CertificateHash = words[^1];
        _ = FollowAsync(server.StandardError);
    }
}
