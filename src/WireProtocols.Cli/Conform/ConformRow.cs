using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>A case, and the sum, as rows of JSON.</summary>
internal static class ConformRow
{
    public static void Write(JsonRows rows, ConformanceResult result)
    {
        Utf8JsonWriter row = rows.Begin("case"u8);
        WriteCase(row, result.Case);
        row.WriteString("verdict"u8, NameOf(result.Verdict));
        row.WriteString("got"u8, result.Finding.Got);
        row.WriteString("sent"u8, string.Concat(result.Trace.Where(l => l.IsSent).Select(l => Convert.ToHexStringLower(l.Bytes.Span))));
        row.WriteNumber("ms"u8, Math.Round(result.Elapsed.TotalMilliseconds, 1));
        WriteNumbers(row, result.Case);
        rows.End();
    }

    public static void WriteSum(JsonRows rows, ConformReport report)
    {
        Utf8JsonWriter row = rows.Begin("summary"u8);
        row.WriteNumber("passed"u8, report.Count(ConformanceVerdict.Pass));
        row.WriteNumber("failed"u8, report.Count(ConformanceVerdict.Fail));
        row.WriteNumber("warned"u8, report.Count(ConformanceVerdict.Warn));
        row.WriteNumber("info"u8, report.Count(ConformanceVerdict.Info));
        row.WriteNumber("skipped"u8, report.Count(ConformanceVerdict.Skip));
        row.WriteNumber("seconds"u8, Math.Round(report.Elapsed.TotalSeconds, 2));
        rows.End();
    }

    public static void WriteCase(Utf8JsonWriter row, ConformanceCase played)
    {
        row.WriteString("id"u8, played.Id);
        row.WriteString("level"u8, NameOf(played.Level));
        row.WriteString("spec"u8, played.Spec);
        row.WriteString("sentence"u8, played.Sentence);
        row.WriteString("expected"u8, played.Expected);
    }

    public static void WriteNumbers(Utf8JsonWriter row, ConformanceCase played)
    {
        row.WriteStartArray("autobahn"u8);
        foreach (string number in played.Autobahn)
        {
            row.WriteStringValue(number);
        }

        row.WriteEndArray();
    }

    public static string NameOf(ConformanceVerdict verdict) => verdict switch
    {
        ConformanceVerdict.Pass => "pass",
        ConformanceVerdict.Fail => "fail",
        ConformanceVerdict.Warn => "warn",
        ConformanceVerdict.Info => "info",
        _ => "skip",
    };

    public static string NameOf(ConformanceLevel level) => level switch
    {
        ConformanceLevel.Must => "must",
        ConformanceLevel.Should => "should",
        ConformanceLevel.May => "may",
        _ => "security",
    };
}
