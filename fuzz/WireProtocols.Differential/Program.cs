using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Differential;

Console.OutputEncoding = new UTF8Encoding(false);
using StreamReader input = new(Console.OpenStandardInput(), Encoding.UTF8);
await using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
switch (args)
{
    case ["questions", var folder]:
        foreach (DifferentialInput asked in DifferentialInput.Load(folder))
        {
            output.WriteLine(JsonSerializer.Serialize(PeerQuestion.Of(asked), DifferentialJson.Default.PeerQuestion));
        }

        return 0;
    case ["peer", var name] when PeerTable.All.TryGetValue(name, out Func<Peer>? peer):
        await PeerRun.RunAsync(peer(), input, output);
        return 0;
    case ["page", var folder, var rows]:
        return WritePage(folder, rows);
    case ["mutate", var kind, var ours, var theirs, var seed, var count, var folder]:
        await Mutation.RunAsync(
            DifferentialInput.Load(folder), kind, PeerTable.All[ours](), PeerTable.All[theirs](), int.Parse(seed, CultureInfo.InvariantCulture),
            int.Parse(count, CultureInfo.InvariantCulture), output);
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            "questions INPUTS | peer NAME | page INPUTS ROWS | mutate KIND OURS THEIRS SEED COUNT INPUTS\n"
            + $"peers: {string.Join(", ", PeerTable.All.Keys)}");
        return 2;
}

int WritePage(string folder, string rows)
{
    List<PeerRows> peers = [];
    foreach (string path in Directory.GetFiles(rows, "*.jsonl").Order(StringComparer.Ordinal))
    {
        string[] lines = File.ReadAllLines(path);
        if (lines.Length > 0)
        {
            PeerIntroduction introduction = JsonSerializer.Deserialize(lines[0], DifferentialJson.Default.PeerIntroduction)!;
            peers.Add(new PeerRows(
                introduction,
                lines.Skip(1).Select(l => JsonSerializer.Deserialize(l, DifferentialJson.Default.PeerAnswer)!).ToDictionary(a => (a.Kind, a.Id))));
        }
    }

    // Peers of one name are one: what reads several formats may be several programs.
    PeerRows[] joined = [.. peers.GroupBy(p => (p.Introduction.Peer, p.Introduction.Version)).Select(g => new PeerRows(
        g.First().Introduction with { Kinds = [.. g.SelectMany(p => p.Introduction.Kinds)] },
        g.SelectMany(p => p.Answers).ToDictionary()))];
    string[] twice = [.. joined.GroupBy(p => p.Introduction.Peer).Where(g => g.Count() > 1).Select(g => g.Key)];
    joined = [.. joined.Select(p => twice.Contains(p.Introduction.Peer)
        ? p with { Introduction = p.Introduction with { Peer = $"{p.Introduction.Peer} {p.Introduction.Version.Split('.')[0]}" } }
        : p)];
    string[] absent = [.. Directory.GetFiles(rows, "*.absent").Order(StringComparer.Ordinal).Select(f => File.ReadAllText(f).Trim())];
    IReadOnlyList<DifferentialInput> inputs = DifferentialInput.Load(folder);
    output.Write(new DifferentialPage(inputs, joined, absent).Write(DateOnly.FromDateTime(DateTime.UtcNow)));

    // What of ours is wrong fails the run.
    (DifferentialInput Input, PeerAnswer Answer)[] wrong =
    [
        .. from peer in joined
           where peer.Introduction.Peer.StartsWith("WireProtocols", StringComparison.Ordinal)
           from asked in inputs
           where asked.Ours is null && peer.Answers.ContainsKey((asked.Kind, asked.Id))
           let answer = peer.Answers[(asked.Kind, asked.Id)]
           where Judge.Of(asked, answer) != Judgement.Right
           select (asked, answer),
    ];
    foreach ((DifferentialInput asked, PeerAnswer answer) in wrong)
    {
        Console.Error.WriteLine($"ours: {asked}: {Judge.Of(asked, answer)}: {string.Join(", ", answer.Got)} {answer.Why}");
    }

    return wrong.Length == 0 ? 0 : 1;
}
