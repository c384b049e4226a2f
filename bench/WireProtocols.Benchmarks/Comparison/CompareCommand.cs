using System.Diagnostics;
using System.Reflection;

namespace WireProtocols.Benchmarks.Comparison;

/// <summary><c>compare [--filter X] [--json] [--seconds N]</c></summary>
public static class CompareCommand
{
    /// <returns>The exit status: 0, 1 when ours allocates where nothing may, 2 when the command line or the build is of no use.
    /// A missed target is shown and is no failure: on a busy machine it may be noise.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        CompareOptions options;
        try
        {
            options = CompareOptions.Parse(arguments);
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }

        if (!IsOptimized(typeof(CompareCommand).Assembly) || !IsOptimized(typeof(WireProtocolException).Assembly))
        {
            Console.Error.WriteLine("A Debug build says nothing about speed. Run it with -c Release.");
            return 2;
        }

        List<CompareCase> cases
            = [.. CompareCases.All().Where(c => options.Filter is null || c.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase))];
        if (cases.Count == 0)
        {
            Console.Error.WriteLine(
                $"No case's name contains '{options.Filter}'. There are: {string.Join(", ", CompareCases.All().Select(c => c.Name))}");
            return 2;
        }

        Console.Error.WriteLine(
            $"{cases.Count} cases; default tiered compilation with PGO, each side warmed up to tier 1; A B A B, medians; ns and bytes per "
                + $"operation.");
        return Report(new CompareRun(cases, options.Budget).Run(), options.Json);
    }

    private static int Report(IEnumerable<CompareResult> results, bool json)
    {
        if (!json)
        {
            Console.WriteLine(CompareReport.Header);
        }

        int status = 0;
        foreach (CompareResult result in results)
        {
            Console.WriteLine(json ? CompareReport.ToJson(result) : CompareReport.ToRow(result));
            if (result.Leaks)
            {
                Console.Error.WriteLine($"{result.Case.Name} allocates {result.AllocatedBytes} bytes per operation and may allocate none.");
                status = 1;
            }
        }

        return status;
    }

    private static bool IsOptimized(Assembly assembly) => assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
}
