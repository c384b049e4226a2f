using BenchmarkDotNet.Running;
using WireProtocols.Benchmarks.Comparison;

// "compare" is the side-by-side run; everything else is BenchmarkDotNet's own command line.
if (args is ["compare", ..])
{
    return CompareCommand.Run(args.AsSpan(1));
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
