using System.Globalization;
using System.Text.Json;

namespace WireProtocols.Benchmarks.Load;

/// <summary>The rows of a part as a table for people, or a JSON object a line. The first row is ours; each has the ratio of ours to it.</summary>
public sealed class LoadReport(bool json)
{
    private const string Row = "  {0,-22} {1,11} {2,9} {3,9} {4,9} {5,9} {6,7}{7}";

    private const string Latencies = """
        "p50_us":{6},"p99_us":{7},"p99_9_us":{8},"unanswered":{9},"sent":{10}}}
        """;

    /// <summary>A line for people only.</summary>
    public void Say(string line)
    {
        if (!json)
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>The rows of one cell.</summary>
    /// <param name="name">As JSON has it, such as <c>echo.64B.32</c>.</param>
    /// <param name="title">As people read it.</param>
    /// <param name="unit">What is counted a second.</param>
    /// <param name="rows">Ours first.</param>
    public void Print(string name, string title, string unit, IReadOnlyList<LoadRow> rows)
    {
        Say(title);
        Say(Format(Row, "", unit + "/s", "CPU s/M", "p50 us", "p99 us", "p99.9 us", "ours", ""));
        foreach (LoadRow row in rows)
        {
            double? ratio = row.Rate > 0 ? rows[0].Rate / row.Rate : null;
            Console.WriteLine(json ? ToJson(name, unit, row, ratio) : ToRow(row, ratio));
        }
    }

    /// <summary>A figure of a server that is no rate.</summary>
    public void Print(string name, string server, string unit, double figure)
        => Console.WriteLine(
            json
                ? Format("""{{"load":{0},"server":{1},"{2}":{3:0.###}}}""", Quote(name), Quote(server), unit, figure)
                : Format("  {0,-22} {1,11:0.00}", server, figure));

    private static string ToRow(LoadRow row, double? ratio) => Format(
        Row,
        row.Server,
        Format("{0:0}", row.Rate),
        Format("{0:0.00}", row.CpuSecondsPerMillion),
        Format("{0:0}", row.Median),
        Format("{0:0}", row.Percentile99),
        Format("{0:0}", row.Percentile999),
        ratio is null ? "" : Format("{0:0.00}x", ratio),
        row.Sent is { } sent ? Format("  {0} of {1} came back", sent - row.Unanswered, sent)
            : row.Unanswered > 0 ? $"  {row.Unanswered} unanswered" : "");

    private static string ToJson(string name, string unit, LoadRow row, double? ratio) => Format(
        """{{"load":{0},"server":{1},"{2}_per_second":{3:0},"ratio":{4},"cpu_seconds_per_million":{5},""" + Latencies,
        Quote(name),
        Quote(row.Server),
        unit,
        row.Rate,
        OrNull(ratio),
        OrNull(row.CpuSecondsPerMillion),
        OrNull(row.Median),
        OrNull(row.Percentile99),
        OrNull(row.Percentile999),
        row.Unanswered,
        OrNull(row.Sent));

    private static string OrNull(double? value) => value is null ? "null" : Format("{0:0.###}", value);

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static string Format(string format, params object?[] arguments) => string.Format(CultureInfo.InvariantCulture, format, arguments);
}
