using System.Globalization;
using System.Text;

namespace WireProtocols.Differential;

/// <summary>What one peer said.</summary>
/// <param name="Introduction">Who it is.</param>
/// <param name="Answers">Its answers by format and input.</param>
internal sealed record PeerRows(PeerIntroduction Introduction, IReadOnlyDictionary<(string Kind, string Id), PeerAnswer> Answers);

/// <summary>Writes DIFFERENTIAL.md.</summary>
internal sealed class DifferentialPage(IReadOnlyList<DifferentialInput> inputs, IReadOnlyList<PeerRows> peers, IReadOnlyList<string> absent)
{
    private static readonly (string Kind, string Title, string About)[] Sections =
    [
        ("frames", "WebSocket frames", "Whoever hands out a message that stands behind the frames, or takes a Close for one, took the frames."),
        ("requests", "HTTP/1.1 requests", "200 is an acceptance. nginx is a proxy here: what comes through is accepted."),
        ("responses", "HTTP/1.1 responses", "The connection ends behind the bytes. A response without an error is an acceptance."),
        ("bodies", "Chunked bodies", "Servers get them behind the head of a request, clients behind that of a response."),
        ("streams", "Event streams", "Nothing may be refused: what counts is which events are seen, as `type&#124;data&#124;last event id`."),
        ("texts", "JSON texts", "One text each. RFC 8259 §9 lets a parser take extensions; who does stands here all the same."),
        ("lines", "Lines of JSON", "NDJSON: a text a line."),
    ];

    private readonly StringBuilder _page = new();

    public string Write(DateOnly date)
    {
        Line("# The same bytes, other readers");
        Line();
        Line($"Made by `bash fuzz/differential/run.sh` on {date:yyyy-MM-dd}. {inputs.Count} inputs, each judged by a sentence, are in "
            + $"`fuzz/differential/inputs`: {CountOf(DifferentialVerdict.Forbidden)} that no sender may send and no sentence lets a reader take, "
            + $"{CountOf(DifferentialVerdict.Allowed)} that a reader has to take, {CountOf(DifferentialVerdict.Either)} that it may take or refuse.");
        Line("What stands here is who takes what is forbidden, who refuses what is allowed, and who reads something else than was said.");
        Line("Everybody is asked with the defaults. One that is lenient on purpose counts like any other.");
        Line("Ids that begin with `mutated/` come from a seeded run of mutations over the readers of one process.");
        Line();
        Line("| reader | version | reads |");
        Line("|---|---|---|");
        foreach (PeerRows peer in peers)
        {
            Line($"| {peer.Introduction.Peer} | {peer.Introduction.Version} | {string.Join(", ", peer.Introduction.Kinds)} |");
        }

        foreach (string left in absent)
        {
            Line();
            Line($"Left out: {left}");
        }

        foreach ((string kind, string title, string about) in Sections)
        {
            WriteSection(kind, title, about);
        }

        return _page.ToString();
    }

    private int CountOf(DifferentialVerdict verdict) => inputs.Count(i => i.Verdict == verdict);

    private void WriteSection(string kind, string title, string about)
    {
        DifferentialInput[] asked = [.. inputs.Where(i => i.Kind == kind)];
        PeerRows[] readers = [.. peers.Where(p => p.Introduction.Kinds.Contains(kind))];
        Line();
        Line($"## {title} ({asked.Length})");
        Line();
        Line(about);
        Line();
        Line("| reader | right | takes what is forbidden | refuses what is allowed | reads otherwise |");
        Line("|---|---|---|---|---|");
        foreach (PeerRows reader in readers)
        {
            int[] counts = new int[4];
            foreach (DifferentialInput input in asked.Where(i => reader.Answers.ContainsKey((i.Kind, i.Id))))
            {
                counts[(int)Judge.Of(input, reader.Answers[(input.Kind, input.Id)])]++;
            }

            Line($"| {reader.Introduction.Peer} | {string.Join(" | ", counts)} |");
        }

        Line();
        Line("| input | bytes | what is right | who reads it otherwise |");
        Line("|---|---|---|---|");
        foreach (DifferentialInput input in asked)
        {
            string[] others = [.. readers.Select(r => Describe(input, r)).OfType<string>()];
            if (others.Length > 0)
            {
                string advisory = input.Advisory is null ? "" : $" ({input.Advisory})";
                advisory += input.Ours is null ? "" : $" Ours on purpose: {Cell(input.Ours)}";
                Line($"| `{input.Id}` | {Show(input.Bytes, kind)} | {RightOf(input)}: “{Cell(input.Sentence)}” ({input.Spec}){advisory} | "
                    + $"{string.Join("; ", others)} |");
            }
        }
    }

    private static string RightOf(DifferentialInput input)
        => input.Verdict switch
        {
            DifferentialVerdict.Allowed => "allowed",
            DifferentialVerdict.Forbidden => "forbidden",
            _ => "either",
        };

    private static string? Describe(DifferentialInput input, PeerRows reader)
    {
        if (!reader.Answers.TryGetValue((input.Kind, input.Id), out PeerAnswer? answer))
        {
            return null;
        }

        string name = reader.Introduction.Peer;
        string got = string.Join(
            ", ", answer.Got.Select(g => g.Length > 60 ? string.Create(CultureInfo.InvariantCulture, $"{g.Length} characters") : g));
        return Judge.Of(input, answer) switch
        {
            Judgement.TakesForbidden => got.Length == 0 ? $"**{name}** takes it" : $"**{name}** takes it: {Code(got)}",
            Judgement.RefusesAllowed => $"**{name}** refuses it{(answer.Why.Length == 0 ? "" : $": {Cell(Shorten(answer.Why))}")}",
            Judgement.ReadsOtherwise => $"**{name}** reads {Code(got)}, and not {Code(string.Join(", ", input.Means!))}",
            _ => null,
        };
    }

    private static string Shorten(string text) => text.Length > 90 ? text[..90] + "…" : text;

    private static string Show(byte[] bytes, string kind)
    {
        string more = bytes.Length > 160 ? string.Create(CultureInfo.InvariantCulture, $" … {bytes.Length} bytes") : "";
        byte[] shown = bytes[..Math.Min(bytes.Length, 160)];
        return kind == "frames" ? $"<code>{Convert.ToHexStringLower(shown)}</code>{more}" : $"{Code(Encoding.Latin1.GetString(shown))}{more}";
    }

    /// <summary>Text with its control characters escaped, as a cell of a table can hold it.</summary>
    private static string Code(string text) => $"<code>{Cell(text)}</code>";

    private static string Cell(string text)
    {
        StringBuilder cell = new();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\r' => cell.Append("\\r"),
                '\n' => cell.Append("\\n"),
                '\t' => cell.Append("\\t"),
                '\0' => cell.Append("\\0"),
                '&' => cell.Append("&amp;"),
                '<' => cell.Append("&lt;"),
                '>' => cell.Append("&gt;"),
                '|' => cell.Append("&#124;"),
                '*' or '_' or '`' or '[' or ']' => cell.Append(CultureInfo.InvariantCulture, $"&#{(int)c};"),
                < ' ' or (>= '\x7F' and <= '\xA0') or '\uFEFF' or '\u2028' or '\u2029'
                    => cell.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => cell.Append(c),
            };
        }

        return cell.ToString();
    }

    private void Line(string line = "") => _page.Append(line).Append('\n');
}
