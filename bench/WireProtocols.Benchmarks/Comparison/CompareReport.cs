using System.Globalization;
using System.Text.Json;

namespace WireProtocols.Benchmarks.Comparison;

/// <summary>The results as a table for people, or a JSON object a line.</summary>
public static class CompareReport
{
    private const string Row = "{0,-34} {1,10} {2,10} {3,7} {4,9} {5,-14} {6}";

    public static string Header { get; } = Format(Row, "case", "ours ns", "peer ns", "ratio", "bytes/op", "target", "against");

    public static string ToRow(CompareResult result) => Format(
        Row,
        result.Case.Name,
        Round(result.OursNanoseconds),
        Round(result.PeerNanoseconds),
        result.Ratio is { } ratio ? Format("{0:0.00}x", ratio) : "",
        Round(result.AllocatedBytes),
        Target(result),
        result.Case.PeerName ?? "").TrimEnd() + string.Concat(result.Natives.Select(n => "\n" + ToRow(result, n)));

    private static string ToRow(CompareResult result, NativeResult native)
        => Format(
            Row,
            "  native",
            Round(result.OursNanoseconds),
            Round(native.Nanoseconds),
            Format("{0:0.00}x", native.Ratio),
            "",
            "",
            native.Name);

    /// <summary>Native peers stand at the end where they are built: the fastest, and then all of them.</summary>
    public static string ToJson(CompareResult result)
    {
        CompareCase @case = result.Case;
        return Format(
            """{{"case":{0},"ours_{6}":{1},"peer":{2},"peer_{6}":{3},"ratio":{4},"allocated_bytes":{5}{7}}}""",
            JsonSerializer.Serialize(@case.Name),
            Round(result.OursNanoseconds),
            JsonSerializer.Serialize(@case.PeerName),
            OrNull(result.PeerNanoseconds),
            OrNull(result.Ratio),
            Round(result.AllocatedBytes),
            @case.Unit,
            NativesToJson(result.Natives));
    }

    private static string NativesToJson(IReadOnlyList<NativeResult> natives)
    {
        if (natives.MinBy(n => n.Nanoseconds) is not { } best)
        {
            return "";
        }

        IEnumerable<string> all = natives.Select(
            n => Format("""{{"name":{0},"ns":{1},"ratio":{2}}}""", JsonSerializer.Serialize(n.Name), Round(n.Nanoseconds), Round(n.Ratio)));
        return Format(
            ""","native":{0},"native_ns":{1},"native_ratio":{2},"natives":[{3}]""",
            JsonSerializer.Serialize(best.Name),
            Round(best.Nanoseconds),
            Round(best.Ratio),
            string.Join(',', all));
    }

    private static string Target(CompareResult result)
    {
        string figure = result.Case switch
        {
            { Target: { } least } => Format("{0}x", least),
            { Limit: { } most } => Format("<= {0} {1}", most, result.Case.Unit),
            _ => "",
        };
        return result.MeetsTarget switch { true => figure + " met", false => figure + " MISSED", null => figure };
    }

    /// <summary>Three significant digits; a picosecond is noise.</summary>
    private static string Round(double? value) => value switch
    {
        null => "",
        >= 100 => Format("{0:0}", value),
        >= 10 => Format("{0:0.0}", value),
        >= 1 => Format("{0:0.00}", value),
        _ => Format("{0:0.###}", value),
    };

    private static string OrNull(double? value) => value is null ? "null" : Round(value);

    private static string Format(string format, params object?[] arguments) => string.Format(CultureInfo.InvariantCulture, format, arguments);
}
