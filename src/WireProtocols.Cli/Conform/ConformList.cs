using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>The cases, one a line.</summary>
internal static class ConformList
{
    public static void Write(OutputBuffer output, IReadOnlyList<ConformanceCase> cases, bool json)
    {
        using JsonRows rows = new(output);
        foreach (ConformanceCase listed in cases)
        {
            if (json)
            {
                Utf8JsonWriter row = rows.Begin("case"u8);
                ConformRow.WriteCase(row, listed);
                ConformRow.WriteNumbers(row, listed);
                rows.End();
                continue;
            }

            output.Write($"{ConformRow.NameOf(listed.Level),-8}  {listed.Id}\n");
            output.EndElement();
        }
    }
}
