using BenchmarkDotNet.Running;
using WireProtocols.Benchmarks.Comparison;
using WireProtocols.Benchmarks.Load;

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

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
