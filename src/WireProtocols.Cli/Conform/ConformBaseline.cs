using System.Text.Json;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>What an earlier run found: what failed then may fail now.</summary>
internal sealed class ConformBaseline
{
    private readonly HashSet<string> _failed = [];

    public static ConformBaseline Read(string file)
    {
        ConformBaseline baseline = new();
        try
        {
            // With --listen the first line says where.
            foreach (string line in File.ReadLines(file).Where(l => l.Length > 0 && !l.StartsWith("Listening on ", StringComparison.Ordinal)))
            {
                using JsonDocument row = JsonDocument.Parse(line);
                if (row.RootElement.TryGetProperty("verdict", out JsonElement verdict) && verdict.GetString() == "fail")
                {
                    baseline._failed.Add(row.RootElement.GetProperty("id").GetString()!);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ToolException.Usage($"the baseline cannot be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw ToolException.Usage($"{file} is not the output of 'wire conform --json': {exception.Message}");
        }

        return baseline;
    }

    public bool IsKnown(ConformanceResult result) => _failed.Contains(result.Case.Id);
}
