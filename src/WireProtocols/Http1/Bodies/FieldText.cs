namespace WireProtocols.Http1;

/// <summary>Checks names and values that come as text before they are written as ISO 8859-1.</summary>
internal static class FieldText
{
    /// <summary>True for <c>1*tchar</c> (RFC 9110 §5.6.2).</summary>
    public static bool IsToken(string text)
    {
        foreach (char c in text)
        {
            if (c > 0x7F || !Http1Grammar.Token.Contains((byte)c))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    /// <exception cref="ArgumentException">The name is no token.</exception>
    public static void CheckName(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (!IsToken(name))
        {
            throw new ArgumentException("A name is a token (RFC 9110 §5.6.2).", parameter);
        }
    }

    /// <exception cref="ArgumentException">The value is not in ISO 8859-1, or holds a control character other than tab.</exception>
    public static void CheckValue(string value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        foreach (char c in value)
        {
            if (c > 0xFF || Http1Grammar.Controls.Contains((byte)c))
            {
                throw new ArgumentException("A value is ISO 8859-1 text without control characters (RFC 9110 §5.5).", parameter);
            }
        }
    }
}
