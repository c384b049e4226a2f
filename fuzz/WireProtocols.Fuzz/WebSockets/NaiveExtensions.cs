using System.Text.RegularExpressions;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>The grammar of RFC 6455 §9.1 as one regular expression, with white space between its parts and empty list elements.</summary>
public static class NaiveExtensions
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private const string Quoted = "\"(\\\\?[!#$%&'*+.^_`|~0-9A-Za-z-])+\"";
    private const string Space = "[ \t]*";
    private const string Parameter = $"{Token}({Space}={Space}({Token}|{Quoted}))?";
    private const string Extension = $"{Token}({Space};{Space}{Parameter})*";

    private static readonly Regex List = new(
        $"^{Space}({Extension})?{Space}(,{Space}({Extension})?{Space})*$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <returns>The extensions in one form: no white space, no quotes, no backslashes; null when the value is no list of one or more.</returns>
    public static IReadOnlyList<string>? Parse(string value)
    {
        if (!List.IsMatch(value) || value.EndsWith('\n'))
        {
            return null;
        }

        // No token, and no quoted token, holds one of these separators.
        string bare = Regex.Replace(value, "[ \t\"\\\\]", "");
        string[] extensions = bare.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return extensions.Length == 0 ? null : extensions;
    }

    /// <summary>Whether one of the extensions has a parameter twice.</summary>
    public static bool HasDuplicate(IEnumerable<string> extensions)
        => extensions.Any(e => e.Split(';').Skip(1).Select(p => p.Split('=')[0]).GroupBy(n => n).Any(g => g.Count() > 1));
}
