using System.Buffers;

namespace WireProtocols.Http1;

/// <summary>The character classes of RFC 9110 §5 that every part of a head is made of.</summary>
internal static class Http1Grammar
{
    public const byte Tab = (byte)'\t';
    public const byte LineFeed = (byte)'\n';
    public const byte CarriageReturn = (byte)'\r';
    public const byte Space = (byte)' ';

    /// <summary>tchar, RFC 9110 §5.6.2.</summary>
    public static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What a field value or reason phrase cannot hold: every control character but HTAB (RFC 9110 §5.5).</summary>
    public static readonly SearchValues<byte> Controls =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>True for <c>1*tchar</c>.</summary>
    public static bool IsToken(ReadOnlySpan<byte> value) => !value.IsEmpty && !value.ContainsAnyExcept(Token);

    /// <summary>True for a field value as it is after parsing: no control characters, no white space at its ends.</summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> value)
        => value.IsEmpty || (!IsWhitespace(value[0]) && !IsWhitespace(value[^1]) && !value.ContainsAny(Controls));

    /// <summary>SP or HTAB, the white space of OWS, RWS and BWS.</summary>
    public static bool IsWhitespace(byte value) => value is Space or Tab;

    /// <summary>The value without OWS at its ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    /// <summary>The index of the first byte at or after <paramref name="index"/> that is no OWS.</summary>
    public static int SkipWhitespace(ReadOnlySpan<byte> value, int index)
    {
        while (index < value.Length && IsWhitespace(value[index]))
        {
            index++;
        }

        return index;
    }

    /// <summary>The length of the value between <paramref name="start"/> and <paramref name="end"/> without the OWS at its end.</summary>
    public static int TrimmedLength(ReadOnlySpan<byte> value, int start, int end)
    {
        while (end > start && IsWhitespace(value[end - 1]))
        {
            end--;
        }

        return end - start;
    }

    /// <summary>The index of the first byte at or after <paramref name="index"/> that is no tchar.</summary>
    public static int SkipToken(ReadOnlySpan<byte> value, int index)
    {
        int run = value[index..].IndexOfAnyExcept(Token);
        return run < 0 ? value.Length : index + run;
    }

    /// <summary>Passes over a quoted-string (RFC 9110 §5.6.4) whose opening quote is at <paramref name="index"/>.</summary>
    /// <param name="value">A field value.</param>
    /// <param name="index">Afterwards the index behind the closing quote, or that of the byte that breaks the string.</param>
    public static bool TrySkipQuotedString(ReadOnlySpan<byte> value, ref int index)
    {
        for (index++; index < value.Length; index++)
        {
            if (value[index] == '"')
            {
                index++;
                return true;
            }

            // quoted-pair: the byte after the backslash stands for itself.
            index += value[index] == '\\' ? 1 : 0;
            if (index == value.Length || Controls.Contains(value[index]))
            {
                return false;
            }
        }

        return false;
    }
}
