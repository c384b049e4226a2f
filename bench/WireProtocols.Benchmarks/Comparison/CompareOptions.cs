using System.Globalization;

namespace WireProtocols.Benchmarks.Comparison;

/// <summary>What the command line of <c>compare</c> says.</summary>
/// <param name="Filter">Keeps the cases whose name contains it.</param>
/// <param name="Json">A JSON object a line, for machines.</param>
/// <param name="Budget">How long all selected cases together may take.</param>
public sealed record CompareOptions(string? Filter, bool Json, TimeSpan Budget)
{
    /// <summary>A minute for all, with something left for start-up and just-in-time compilation.</summary>
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(55);

    /// <exception cref="FormatException">An argument is unknown or lacks its value.</exception>
    public static CompareOptions Parse(ReadOnlySpan<string> arguments)
    {
        CompareOptions options = new(null, false, DefaultBudget);
        while (!arguments.IsEmpty)
        {
            switch (arguments)
            {
                case ["--json", ..]:
                    options = options with { Json = true };
                    arguments = arguments[1..];
                    break;
                case ["--filter", var filter, ..]:
                    options = options with { Filter = filter };
                    arguments = arguments[2..];
                    break;
                case ["--seconds", var seconds, ..] when double.TryParse(seconds, CultureInfo.InvariantCulture, out double value) && value > 0:
                    options = options with { Budget = TimeSpan.FromSeconds(value) };
                    arguments = arguments[2..];
                    break;
                default:
                    throw new FormatException($"'{arguments[0]}' is not understood. usage: compare [--filter X] [--json] [--seconds N]");
            }
        }

        return options;
    }
}
