using System.Net;
using WireProtocols.Cli.Serve;
using WireProtocols.Tests.Conformance;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire conform --subject http1`.</summary>
public class ConformHttp1Tests
{
    /// <summary>The tool's own server keeps every rule that the tool knows, at both paths that echo.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/echo")]
    public async Task Wire_serve_passes_everything(string path)
    {
        StringWriter log = new();
        await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = log });
        WireResult result = await Wire.RunAsync("", "conform", $"http://{server.EndPoint}{path}", "--subject", "http1", "--md");
        Assert.DoesNotContain("| fail |", result.Text, StringComparison.Ordinal);
        Assert.Equal(0, result.Status);
        Assert.Equal("", log.ToString());
    }

    [Fact]
    public async Task A_mistake_ends_with_1()
    {
        await using Http1Subject subject = new(Http1Defect.LengthPlus);
        WireResult result = await Wire.RunAsync(
            "", "conform", $"{subject.Url}", "--subject", "http1", "--case", "http1/framing/length/invalid/plus");
        Assert.Equal(1, result.Status);
        Assert.Contains("FAIL  http1/framing/length/invalid/plus", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_and_servers_have_cases_of_their_own()
    {
        WireResult servers = await Wire.RunAsync("", "conform", "--subject", "http1", "--list");
        Assert.All(servers.Lines, l => Assert.Contains("http1/", l, StringComparison.Ordinal));
        WireResult clients = await Wire.RunAsync("", "conform", "--listen", "0", "--subject", "http1", "--list");
        Assert.All(clients.Lines, l => Assert.Contains("http1-client/", l, StringComparison.Ordinal));
    }
}
