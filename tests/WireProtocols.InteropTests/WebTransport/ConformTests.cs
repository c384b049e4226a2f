using System.Diagnostics;
using WireProtocols.InteropTests.Cli;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>`wire conform` and `wire serve`, with QUIC between them: a carrier that dials, and one that waits.</summary>
public class ConformTests(WebTransportFixture fixture) : IClassFixture<WebTransportFixture>
{
    [Fact]
    public async Task The_server_passes_over_QUIC()
    {
        Assert.SkipWhen(fixture.Missing is not null, fixture.Missing ?? "");
        using Process carrier = NodePeer.Start("quic-carrier.mjs", "connect", new Uri(fixture.Url).Authority, "0");
        try
        {
            string said = (await carrier.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            Assert.StartsWith("Carrying port ", said, StringComparison.Ordinal);
            using Process wire = WireProcess.Start(
                "conform", $"{fixture.Url}/echo", "--subject", "webtransport", "--carrier", said.Split(' ')[2], "--md");
            Task<string> errors = wire.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string summary = await wire.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await wire.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(wire.ExitCode == 0, summary + await errors);
        }
        finally
        {
            carrier.Kill(entireProcessTree: true);
        }
    }
}
