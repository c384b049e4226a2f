using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Serve.Misbehave;

/// <summary>The list of bad paths: a page, lines of JSON, or text.</summary>
internal static class BadIndex
{
    /// <summary>What bad paths begin with.</summary>
    public const string Prefix = "/bad/";

    private const string Head = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>wire serve --misbehave</title>
        <style>
        body { font: 15px/1.4 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
        details { border-top: 1px solid #8886; padding: .3rem 0 } summary { cursor: pointer } code { font-size: 90% }
        p { margin: .3rem 0 0 1.1rem } h2 { margin-top: 2rem } em { opacity: .8 }
        </style>
        <h1>One broken rule a path</h1>
        <p>Each request for a path gets the same: nobody is remembered. The sentence, and what a client should do, stand behind each.
        The same as lines of JSON: <a href="?json">?json</a>.</p>

        """;

    public static string PathOf(BadPath path) => Prefix + path.Path;

    public static byte[] Html(IEnumerable<BadPath> paths)
    {
        StringBuilder page = new(Head);
        foreach (IGrouping<string, BadPath> group in paths.GroupBy(p => string.Join('/', p.Path.Split('/')[..2])))
        {
            page.Append($"<h2>{Encode(group.Key)} ({group.Count()})</h2>\n");
            foreach (BadPath path in group)
            {
                string name = path.IsWebSocket ? $"<code>{Encode(PathOf(path))}</code>"
                    : $"<a href=\"{Encode(PathOf(path))}\"><code>{Encode(PathOf(path))}</code></a>";
                page.Append($"<details><summary>{name}: {Encode(path.Case.Expected)}</summary>\n")
                    .Append($"<p>“{Encode(path.Case.Sentence)}” <em>({Encode(path.Case.Spec)}, {LevelOf(path)})</em></p>\n")
                    .Append($"<p>{Encode(path.Case.Advice)} {Encode(string.Join(", ", path.Case.Advisories))}</p></details>\n");
            }
        }

        return Encoding.UTF8.GetBytes(page.Append("</html>\n").ToString());
    }

    public static byte[] Json(IEnumerable<BadPath> paths)
    {
        StringBuilder lines = new();
        foreach (BadPath path in paths)
        {
            lines.Append(JsonSerializer.Serialize(RowOf(path), BadRowContext.Default.BadRow)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    public static byte[] Text(IEnumerable<BadPath> paths) => Encoding.UTF8.GetBytes(string.Join("\n", paths.Select(TextOf)));

    public static string TextOf(BadPath path)
    {
        string advisories = path.Case.Advisories.Count == 0 ? "" : $"  known: {string.Join(", ", path.Case.Advisories)}\n";
        return $"{PathOf(path)}\n  {path.Case.Spec}: {path.Case.Sentence}\n  right ({LevelOf(path)}): {path.Case.Expected}\n"
            + $"  advice: {path.Case.Advice}\n{advisories}";
    }

    private static BadRow RowOf(BadPath path)
        => new(
            "bad", PathOf(path), path.Case.Id, LevelOf(path), path.Case.Spec, path.Case.Sentence, path.Case.Expected, path.Case.Advice,
            path.Case.Advisories);

#pragma warning disable CA1308 // Lower case is what the rows of `wire conform` have.
    private static string LevelOf(BadPath path) => path.Case.Level.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>A line of the index.</summary>
internal sealed record BadRow(
    string Kind,
    string Path,
    string Id,
    string Level,
    string Spec,
    string Sentence,
    string Expected,
    string Advice,
    IReadOnlyList<string> Advisories);

/// <summary>How lines of the index are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BadRow))]
internal sealed partial class BadRowContext : JsonSerializerContext;
