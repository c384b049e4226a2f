using System.Globalization;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.View;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>The end of a run, so that it fits a screen.</summary>
internal static class ConformSummary
{
    private const int MaxShown = 10;

    /// <param name="settings">What was asked for.</param>
    /// <param name="io">The streams.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="report">What was found.</param>
    /// <param name="counted">The failures that the baseline does not know.</param>
    public static void Write(ConformSettings settings, ToolIO io, OutputBuffer output, ConformReport report, IReadOnlyList<ConformanceResult> counted)
    {
        if (settings.Json)
        {
            using JsonRows rows = new(output);
            ConformRow.WriteSum(rows, report);
        }
        else if (settings.Markdown)
        {
            ConformMarkdown.Write(output, report);
        }
        else
        {
            WriteText(settings, io, output, report, counted);
        }
    }

    private static void WriteText(
        ConformSettings settings, ToolIO io, OutputBuffer output, ConformReport report, IReadOnlyList<ConformanceResult> counted)
    {
        List(io, output, "FAIL", 31, counted);
        int known = report.Count(ConformanceVerdict.Fail) - counted.Count;
        if (known > 0)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{known} more failures that the baseline knows\n"));
        }

        List(io, output, "warn", 33, [.. report.Of(ConformanceVerdict.Warn)]);
        foreach (IGrouping<string, ConformanceResult> skipped in report.Of(ConformanceVerdict.Skip).GroupBy(r => r.Finding.Got).Take(3))
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"skip  {skipped.Count()} cases: {SafeText.Of(skipped.Key)}\n"));
        }

        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Url}: {report.Results.Count} cases, {report.Count(ConformanceVerdict.Pass)} passed, {report.Count(ConformanceVerdict.Fail)} "
                + $"failed, "
                + $"{report.Count(ConformanceVerdict.Warn)} warned, {report.Count(ConformanceVerdict.Info)} info, "
                + $"{report.Count(ConformanceVerdict.Skip)} skipped in {report.Elapsed.TotalSeconds:0.0} s (seed {report.Seed})\n"));
        if (counted.Count > 0)
        {
            string subject = settings.Listen is null ? $"{report.Url}"
                : $"--listen 0 --subject {settings.Suite.Subject} --exec '{settings.Exec ?? "CMD {url}"}'";
            output.Write($"wire conform {subject} --explain {counted[0].Case.Id}   shows the bytes\n");
        }
    }

    private static void List(ToolIO io, OutputBuffer output, string name, int colour, IReadOnlyList<ConformanceResult> results)
    {
        foreach (ConformanceResult result in results.Take(MaxShown))
        {
            output.Write(io.Colour ? $"\e[{colour}m{name}\e[0m" : name);
            output.Write($"  {result.Case.Id}  ({result.Case.Spec})\n      {SafeText.Of(result.Finding.Got)}\n");
        }

        if (results.Count > MaxShown)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture,
                $"      … {results.Count - MaxShown} more: --json, --md or --html FILE shows all\n"));
        }
    }
}
