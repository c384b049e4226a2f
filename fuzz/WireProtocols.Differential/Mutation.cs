using System.Text;
using System.Text.Json;

namespace WireProtocols.Differential;

/// <summary>
/// Mutates inputs and asks two readers of this process about each. What they do not agree on is printed, for somebody to judge by a sentence and to
/// add to the inputs.
/// </summary>
internal static class Mutation
{
    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\r\r", " ", "\t", "\v", "\f", "\0", ":", ";", "=", "\"", "\\", ",", ".", "-", "+", "0", "1", "a", "f", "g", "e", "E",
        "x", "{", "}", "[", "]", "/", "\u00ef\u00bb\u00bf", "\u00c3\u00a9", "\u00ff", "\u0085", "data: x\n", "event: y\n", "id: 7\n", "id\n",
        "\n\n", "retry: 1\n",
        "0\r\n\r\n", ";a=b", "X: y\r\n", " folded\r\n", "null", "true", "\\u00", "\\ud800",
    ];

    public static async Task RunAsync(
        IReadOnlyList<DifferentialInput> inputs, string kind, Peer ours, Peer theirs, int seed, int count, TextWriter output)
    {
        await ours.StartAsync();
        await theirs.StartAsync();
        Random random = new(seed);
        DifferentialInput[] seeds = [.. inputs.Where(i => i.Kind == kind && i.Bytes.Length < 400)];
        HashSet<string> seen = [];
        int found = 0;
        for (int i = 0; i < count; i++)
        {
            DifferentialInput origin = seeds[random.Next(seeds.Length)];
            byte[] bytes = Mutate(origin.Bytes, seeds, kind, random);
            PeerQuestion question = new(kind, $"{i}", Convert.ToHexString(bytes), origin.From ?? "client");
            PeerAnswer mine = await ours.AskAsync(question);
            PeerAnswer other = await theirs.AskAsync(question);
            string difference = mine.Accepted != other.Accepted ? $"{mine.Accepted} {mine.Why} {other.Why}"
                : mine.Accepted && !mine.Got.SequenceEqual(other.Got)
                    ? $"got {mine.Got.Count} {other.Got.Count} {ShapeOf(mine)} {ShapeOf(other)}"
                : "";
            if (difference.Length > 0 && seen.Add($"{difference} {origin.Id}"))
            {
                found++;
                string row = JsonSerializer.Serialize(new DifferentialInput
                {
                    Id = $"mutated/{origin.Id}",
                    Text = Encoding.Latin1.GetString(bytes),
                    Spec = difference,
                    From = origin.From,
                    Means = mine.Got,
                    Sentence = string.Join(", ", other.Got),
                }, DifferentialJson.Default.DifferentialInput);
                await output.WriteLineAsync(row);
            }
        }

        await Console.Error.WriteLineAsync($"{kind}: {count} mutations with seed {seed}, {found} disagreements of {ours.Name} and {theirs.Name}");
    }

    private static string ShapeOf(PeerAnswer answer) => string.Join(',', answer.Got.Select(g => g.Split('|')[0]));

    private static byte[] Mutate(byte[] origin, DifferentialInput[] seeds, string kind, Random random)
    {
        List<byte> bytes = [.. origin];
        for (int changes = 1 + random.Next(3); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when kind != "frames":
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.Next(2)));
                    break;
                case 2 when at < bytes.Count:
                    bytes[at] = kind == "frames" ? (byte)(bytes[at] ^ (1 << random.Next(8)))
                        : (byte)Tokens[random.Next(Tokens.Length)][0];
                    break;
                case 3:
                    byte[] other = seeds[random.Next(seeds.Length)].Bytes;
                    int from = random.Next(other.Length + 1);
                    bytes.InsertRange(at, other.AsSpan(from, random.Next(Math.Min(other.Length - from, 24) + 1)).ToArray());
                    break;
                case 4 when at < bytes.Count:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, 1 + random.Next(8))));
                    break;
            }
        }

        return [.. bytes];
    }
}
