using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace WireProtocols.WebTransport;

/// <summary>The algorithms of RFC 9651 §4.2 as far as fields of strings need them: a string, and parameters to ignore.</summary>
internal ref struct StructuredFieldParser(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.*");
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~:/0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private ReadOnlySpan<char> _rest = text;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    private readonly char Next => _rest.IsEmpty ? '\0' : _rest[0];

    public void SkipSpaces() => _rest = _rest.TrimStart(' ');

    public void SkipOptionalWhiteSpace() => _rest = _rest.TrimStart(" \t");

    public bool TryTake(char character)
    {
        if (Next != character || _rest.IsEmpty)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>RFC 9651 §4.2.5.</summary>
    public bool TryParseString([NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!TryTake('"'))
        {
            return false;
        }

        StringBuilder parsed = new();
        while (!_rest.IsEmpty)
        {
            char character = _rest[0];
            _rest = _rest[1..];
            if (character == '"')
            {
                value = parsed.ToString();
                return true;
            }

            if (character == '\\')
            {
                if (Next is not ('"' or '\\'))
                {
                    return false;
                }

                character = _rest[0];
                _rest = _rest[1..];
            }
            else if (character is < ' ' or > '~')
            {
                return false;
            }

            parsed.Append(character);
        }

        return false;
    }

    /// <summary>RFC 9651 §4.2.3.2: parameters have to be well formed, though nobody reads them.</summary>
    public bool TrySkipParameters()
    {
        while (TryTake(';'))
        {
            SkipSpaces();
            if (Next is not ((>= 'a' and <= 'z') or '*'))
            {
                return false;
            }

            Skip(KeyCharacters);
            if (TryTake('=') && !TrySkipBareItem())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>RFC 9651 §4.2.3.1.</summary>
    private bool TrySkipBareItem() => Next switch
    {
        '-' or (>= '0' and <= '9') => TrySkipNumber(allowDecimal: true),
        '"' => TryParseString(out _),
        '*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => Skip(TokenCharacters) > 0,
        ':' => TrySkipByteSequence(),
        '?' => TryTake('?') && (TryTake('0') || TryTake('1')),
        '@' => TryTake('@') && TrySkipNumber(allowDecimal: false),
        '%' => TrySkipDisplayString(),
        _ => false,
    };

    /// <summary>RFC 9651 §4.2.4 and §4.2.9.</summary>
    private bool TrySkipNumber(bool allowDecimal)
    {
        TryTake('-');
        int integer = SkipDigits();
        if (Next != '.' || !allowDecimal)
        {
            // "A Date's value is an Integer": a decimal there fails.
            return integer is >= 1 and <= 15 && Next != '.';
        }

        TryTake('.');
        int fraction = SkipDigits();
        return integer is >= 1 and <= 12 && fraction is >= 1 and <= 3;
    }

    /// <summary>RFC 9651 §4.2.7.</summary>
    private bool TrySkipByteSequence()
    {
        TryTake(':');
        Skip(Base64Characters);
        return TryTake(':');
    }

    /// <summary>
    /// RFC 9651 §4.2.10: a quoted string whose escapes are a percent sign and two lowercase hexadecimal digits, UTF-8 when decoded.
    /// </summary>
    private bool TrySkipDisplayString()
    {
        TryTake('%');
        if (!TryTake('"'))
        {
            return false;
        }

        List<byte> bytes = [];
        while (!_rest.IsEmpty)
        {
            char character = _rest[0];
            _rest = _rest[1..];
            if (character == '"')
            {
                return Utf8.IsValid(bytes.ToArray());
            }

            if (character is < ' ' or > '~' || (character == '%' && !TryTakeEscape(bytes)))
            {
                return false;
            }

            if (character != '%')
            {
                bytes.Add((byte)character);
            }
        }

        return false;
    }

    private bool TryTakeEscape(List<byte> bytes)
    {
        if (_rest.Length < 2 || !IsLowerHex(_rest[0]) || !IsLowerHex(_rest[1]))
        {
            return false;
        }

        bytes.Add(Convert.FromHexString(_rest[..2])[0]);
        _rest = _rest[2..];
        return true;
    }

    private static bool IsLowerHex(char character) => character is (>= '0' and <= '9') or (>= 'a' and <= 'f');

    private int SkipDigits()
    {
        int count = _rest.IndexOfAnyExceptInRange('0', '9');
        count = count < 0 ? _rest.Length : count;
        _rest = _rest[count..];
        return count;
    }

    private int Skip(SearchValues<char> characters)
    {
        int count = _rest.IndexOfAnyExcept(characters);
        count = count < 0 ? _rest.Length : count;
        _rest = _rest[count..];
        return count;
    }
}
