namespace WireProtocols.InteropTests.Rpc;

/// <summary>npm grpc-web, the client of browsers, calls <c>wire serve</c> in both forms.</summary>
public sealed class GrpcWebPackageTests(ServeFixture serve)
{
    [Theory]
    [InlineData("text", 3)]
    [InlineData("binary", 2)]
    public async Task It_is_answered(string format, int checks)
    {
        string[] lines = await NodePeer.RunAsync("grpc-web", "grpc-web-client.mjs", serve.Http, format);
        Assert.Equal(checks, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
    }
}
