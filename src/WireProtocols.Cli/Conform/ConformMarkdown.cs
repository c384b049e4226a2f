using System.Globalization;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>The summary as Markdown, for an issue.</summary>
internal static class ConformMarkdown
{
    public static void Write(OutputBuffer output, ConformReport report)
    {
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"`{report.Url}`, {report.Date:yyyy-MM-dd}: {report.Count(ConformanceVerdict.Pass)} passed, {report.Count(ConformanceVerdict.Fail)} "
                + $"failed, "
                + $"{report.Count(ConformanceVerdict.Warn)} warned, {report.Count(ConformanceVerdict.Skip)} skipped\n\n"));
        output.Write("| verdict | case | section | expected | got |\n|---|---|---|---|---|\n");
        foreach (ConformanceVerdict verdict in new[] { ConformanceVerdict.Fail, ConformanceVerdict.Warn, ConformanceVerdict.Info })
        {
            foreach (ConformanceResult result in report.Of(verdict))
            {
                output.Write(
                    $"| {ConformRow.NameOf(verdict)} | `{result.Case.Id}` | {result.Case.Spec} | {Cell(result.Case.Expected)} | "
                        + $"{Cell(result.Finding.Got)} |\n");
                output.EndElement();
            }
        }
    }

    private static string Cell(string text) => View.SafeText.Of(text).Replace("|", "\\|", StringComparison.Ordinal);
}
