using WireProtocols.InteropTests;
using WireProtocols.InteropTests.Proxies;

[assembly: AssemblyFixture(typeof(ServeFixture))]
[assembly: AssemblyFixture(typeof(ProxiedServers))]
