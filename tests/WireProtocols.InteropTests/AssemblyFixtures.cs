using WireProtocols.InteropTests;

[assembly: AssemblyFixture(typeof(ServeFixture))]
