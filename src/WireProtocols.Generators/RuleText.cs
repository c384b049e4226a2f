using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace WireProtocols.Generators;

/// <summary>The documentation of one rule, taken apart.</summary>
internal sealed class RuleText
{
    /// <summary>The form, by an example.</summary>
    public const string Form = "A client masks every frame (RFC 6455 §5.1; 1002).";

    private const string Numbered = @"(?:RFC \d+|HTML|ndjson-spec|proxy-protocol|wire-resume|JSON-RPC|draft-[a-z0-9-]+) §\d+(?:\.\d+)*";

    /// <summary>The specifications whose sections have names alone.</summary>
    private const string Named
        = "(?:PROTOCOL-HTTP2|PROTOCOL-WEB|connect-protocol|amazon-eventstream|LSP|MCP) §[A-Z][A-Za-z-]+(?: [A-Za-z-]+)*";

    private const string Section = $"(?:{Numbered}|{Named})";

    private static readonly Regex Pattern
        = new(
            $@"^(?<sentence>[^.]+(?:\.\S[^.]*)*) \((?<sections>{Section}(?:, {Section})*)(?:; (?<code>[^;()]+))*\)\.$",
            RegexOptions.CultureInvariant);

    private RuleText(Match match)
    {
        Sentence = match.Groups["sentence"].Value;
        Sections = match.Groups["sections"].Value;
        Codes = [.. match.Groups["code"].Captures.Cast<Capture>().Select(c => c.Value)];
    }

    public string Sentence { get; }

    public string Sections { get; }

    public IReadOnlyList<string> Codes { get; }

    /// <summary>Null where the summary is not of the form, or holds more than text and <c>&lt;c&gt;</c>.</summary>
    public static RuleText? Parse(string? documentation)
    {
        XElement? summary = Summary(documentation);
        if (summary is null || summary.Elements().Any(e => e.Name != "c"))
        {
            return null;
        }

        Match match = Pattern.Match(TextOf(summary));
        return match.Success ? new RuleText(match) : null;
    }

    /// <summary>The text of a summary on one line; empty where there is none.</summary>
    public static string SummaryText(string? documentation) => Summary(documentation) is { } summary ? TextOf(summary) : "";

    private static string TextOf(XElement summary) => Regex.Replace(summary.Value, @"\s+", " ").Trim();

    private static XElement? Summary(string? documentation)
    {
        try
        {
            return string.IsNullOrEmpty(documentation) ? null : XElement.Parse(documentation).Element("summary");
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
