using BenchmarkDotNet.Running;
using WireProtocols.Benchmarks.Comparison;
using WireProtocols.Benchmarks.Levels;
using WireProtocols.Benchmarks.Load;
using WireProtocols.Benchmarks.Load.Fanout;
using WireProtocols.Benchmarks.Load.Quic;
using WireProtocols.Benchmarks.Soak;
using WireProtocols.Benchmarks.Soak.Quic;

// "compare" is the side-by-side run; everything else is BenchmarkDotNet's own command line.
if (args is ["compare", ..])
{
    return CompareCommand.Run(args.AsSpan(1));
}

// "load" is whole servers over loopback, which it starts with "load-server".
if (args is ["load", ..])
{
    return await LoadCommand.RunAsync(args[1..]);
}

if (args is ["load-server", var kind])
{
    return await LoadServerCommand.RunAsync(kind);
}

// "fanout" is one message to many connections, on one server and on several that are joined.
if (args is ["fanout", ..])
{
    return await FanoutCommand.RunAsync(args[1..]);
}

// "load" has this client for WebTransport.
if (args is ["load-quic-client"])
{
    return await QuicLoadClient.RunAsync();
}

// "levels" is what each level of compression makes of messages.
if (args is ["levels"])
{
    return LevelsCommand.Run();
}

// "soak" is many connections for a long time, some of them in trouble.
if (args is ["soak", ..])
{
    return await SoakCommand.RunAsync(args[1..]);
}

if (args is ["soak-quic-server", var interval])
{
    return await QuicSoakServer.RunAsync(interval);
}

if (args is ["soak-quic-clients", _, _, _, _])
{
    return await QuicSoakClients.RunAsync(args[1..]);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
