using System.Globalization;
using System.Text;

namespace WireProtocols.Cli.View;

/// <summary>Text from a peer, made fit for a terminal: nothing in it can move the cursor, change colours or reorder a line.</summary>
internal static class SafeText
{
    /// <summary>The text in quotation marks, with everything that does not print escaped.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        StringBuilder quoted = new(text.Length + 2);
        quoted.Append('"');
        foreach (Rune rune in text.EnumerateRunes())
        {
            AppendEscaped(quoted, rune);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>UTF-8 in quotation marks; bytes that are not UTF-8 show as U+FFFD.</summary>
    public static string Quote(ReadOnlySpan<byte> utf8) => Quote(Encoding.UTF8.GetString(utf8));

    /// <summary>The text without quotation marks, with everything that does not print escaped.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        StringBuilder safe = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
            {
                safe.Append((char)rune.Value);
            }
            else
            {
                AppendEscaped(safe, rune);
            }
        }

        return safe.ToString();
    }

    private static void AppendEscaped(StringBuilder quoted, Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                quoted.Append('\\').Append((char)rune.Value);
                break;
            case '\n':
                quoted.Append("\\n");
                break;
            case '\r':
                quoted.Append("\\r");
                break;
            case '\t':
                quoted.Append("\\t");
                break;
            default:
                if (Prints(rune))
                {
                    quoted.Append(rune.ToString());
                }
                else
                {
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
                }

                break;
        }
    }

    private static bool Prints(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator);
}
