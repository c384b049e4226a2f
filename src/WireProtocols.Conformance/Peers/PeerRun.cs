using System.Globalization;
using System.Text.Json;

namespace WireProtocols.Conformance;

/// <summary>An implementation that was examined, and every answer of its that is not a pass.</summary>
internal sealed class PeerRun
{
    private readonly Dictionary<string, ConformanceFinding> _answers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked;

    private PeerRun(JsonElement row, HashSet<string> asked)
    {
        _asked = asked;
        Title = row.GetProperty("title").GetString()!.Replace("`", "", StringComparison.Ordinal).Split(", ")[0];
        Version = row.GetProperty("version").GetString()!;
        Date = DateOnly.ParseExact(row.GetProperty("date").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Subject = row.GetProperty("subject").GetString()!;
        IsClient = row.GetProperty("role").GetString() == "client";
    }

    /// <summary>Those that were examined: <c>tests/WireProtocols.Peers/run.sh</c> writes them.</summary>
    public static IReadOnlyList<PeerRun> All { get; } = Read();

    /// <summary>Its name; what stands behind a comma is how it was set up.</summary>
    public string Title { get; }

    public string Version { get; }

    public DateOnly Date { get; }

    public string Subject { get; }

    public bool IsClient { get; }

    /// <summary>Whether the run asked a case: a younger one it did not.</summary>
    public bool WasAsked(string id) => _asked.Contains(id);

    /// <summary>The verdict, and what came where it is a failure.</summary>
    /// <returns>Null where it passed.</returns>
    public ConformanceFinding? AnswerTo(string id) => _answers.GetValueOrDefault(id);

    private static PeerRun[] Read()
    {
        Dictionary<string, PeerRun> runs = [];
        Dictionary<string, HashSet<string>> lists = [];
        using StreamReader lines = new(typeof(PeerRun).Assembly.GetManifestResourceStream("answers.jsonl")!);
        while (lines.ReadLine() is { } line)
        {
            using JsonDocument row = JsonDocument.Parse(line);
            if (row.RootElement.TryGetProperty("ids", out JsonElement branches))
            {
                lists.Add(row.RootElement.GetProperty("asked").GetString()!, [.. branches.EnumerateObject().SelectMany(IdsOf)]);
            }
            else if (row.RootElement.TryGetProperty("peer", out JsonElement peer))
            {
                runs.Add(peer.GetString()!, new PeerRun(row.RootElement, lists[row.RootElement.GetProperty("asked").GetString()!]));
            }
            else
            {
                Take(runs, row.RootElement);
            }
        }

        return [.. runs.Values];
    }

    private static IEnumerable<string> IdsOf(JsonProperty branch) => branch.Value.GetString()!.Split(' ').Select(name => $"{branch.Name}/{name}");

    /// <summary>A failure says what came; of the other verdicts the peers are listed.</summary>
    private static void Take(Dictionary<string, PeerRun> runs, JsonElement row)
    {
        string id = row.GetProperty("id").GetString()!;
        foreach (JsonProperty part in row.EnumerateObject().Where(p => p.Name != "id"))
        {
            if (part.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty failure in part.Value.EnumerateObject())
                {
                    runs[failure.Name]._answers.Add(id, ConformanceFinding.Fail(failure.Value.GetString()!));
                }

                continue;
            }

            ConformanceVerdict verdict = Enum.Parse<ConformanceVerdict>(part.Name, ignoreCase: true);
            foreach (string peer in part.Value.GetString()!.Split(' '))
            {
                runs[peer]._answers.Add(id, new ConformanceFinding(verdict, ""));
            }
        }
    }
}
