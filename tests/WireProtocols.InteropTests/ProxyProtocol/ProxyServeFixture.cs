namespace WireProtocols.InteropTests.ProxyProtocol;

/// <summary>`wire serve --proxy-protocol`.</summary>
public sealed class ProxyServeFixture : ServeFixture
{
    protected override string[] Arguments => ["--proxy-protocol"];

    public int Port => new Uri(Http).Port;
}
