using System.Collections.Immutable;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// The grammar of Sec-WebSocket-Extensions (RFC 6455 §9.1), with white space between its parts ("implied *LWS rule"):
/// <code>
/// extension-list  = 1#extension
/// extension       = extension-token *( ";" extension-param )
/// extension-param = token [ "=" (token | quoted-string) ]
/// </code>
/// Empty list elements are passed over, as both RFC 2616 §2.1 and RFC 9110 §5.6.1.2 say; empty parameters are not in the grammar.
/// </summary>
internal ref struct WebSocketExtensionParser
{
    private readonly ReadOnlySpan<byte> _value;
    private readonly int _maxParameters;
    private readonly bool _allowsDuplicates;
    private int _index;
    private WebSocketHandshakeError _error;

    private WebSocketExtensionParser(ReadOnlySpan<byte> value, int maxParameters, bool allowsDuplicates)
    {
        _value = value;
        _allowsDuplicates = allowsDuplicates;
        _maxParameters = maxParameters;
    }

    /// <summary>Appends the extensions of one field line value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="options">The limits; they hold over all lines of the field.</param>
    /// <param name="allowsDuplicates">Whether a parameter may stand twice in one extension: in an offer, which is then declined and no error.</param>
    /// <param name="extensions">Where they go.</param>
    /// <param name="invalidIndex">The index of the offending byte, or -1.</param>
    public static WebSocketHandshakeError Parse(
        ReadOnlySpan<byte> value,
        WebSocketHandshakeOptions options,
        bool allowsDuplicates,
        ImmutableArray<WebSocketExtension>.Builder extensions,
        out int invalidIndex)
    {
        WebSocketExtensionParser parser = new(value, options.MaxExtensionParameters, allowsDuplicates);
        while (parser.TrySkipSeparators())
        {
            if (extensions.Count == options.MaxExtensions)
            {
                parser._error = WebSocketHandshakeError.TooManyExtensions;
                break;
            }

            WebSocketExtension? extension = parser.ParseExtension();
            if (extension is null)
            {
                break;
            }

            extensions.Add(extension);
        }

        invalidIndex = parser._error == WebSocketHandshakeError.None ? -1 : parser._index;
        return parser._error;
    }

    /// <summary>Goes to the next element that is not empty.</summary>
    private bool TrySkipSeparators()
    {
        while (true)
        {
            SkipWhitespace();
            if (!IsAt(','))
            {
                return _index < _value.Length;
            }

            _index++;
        }
    }

    private WebSocketExtension? ParseExtension()
    {
        string? name = ParseToken();
        if (name is null)
        {
            return null;
        }

        List<WebSocketExtensionParameter>? parameters = null;
        SkipWhitespace();
        while (IsAt(';'))
        {
            _index++;
            SkipWhitespace();
            int start = _index;
            WebSocketExtensionParameter? parameter = ParseParameter();
            if (parameter is null)
            {
                return null;
            }

            parameters ??= [];
            if (!_allowsDuplicates && parameters.Exists(p => p.Name == parameter.Name))
            {
                Fail(WebSocketHandshakeError.DuplicateExtensionParameter, start);
                return null;
            }

            if (parameters.Count == _maxParameters)
            {
                Fail(WebSocketHandshakeError.TooManyExtensions, start);
                return null;
            }

            parameters.Add(parameter);
            SkipWhitespace();
        }

        if (_index < _value.Length && !IsAt(','))
        {
            Fail(WebSocketHandshakeError.InvalidExtension, _index);
            return null;
        }

        return WebSocketExtension.FromWire(name, parameters);
    }

    private WebSocketExtensionParameter? ParseParameter()
    {
        string? name = ParseToken();
        if (name is null)
        {
            return null;
        }

        SkipWhitespace();
        if (!IsAt('='))
        {
            return new WebSocketExtensionParameter(name);
        }

        _index++;
        SkipWhitespace();
        string? value = IsAt('"') ? ParseQuoted() : ParseToken();
        return value is null ? null : new WebSocketExtensionParameter(name, value);
    }

    private string? ParseToken()
    {
        int start = _index;
        _index = Http1Grammar.SkipToken(_value, start);
        if (_index == start)
        {
            Fail(WebSocketHandshakeError.InvalidExtension, start);
            return null;
        }

        return Encoding.ASCII.GetString(_value[start.._index]);
    }

    /// <summary>"When using the quoted-string syntax variant, the value after quoted-string unescaping MUST conform to the 'token' ABNF."</summary>
    private string? ParseQuoted()
    {
        StringBuilder unescaped = new();
        for (_index++; _index < _value.Length; _index++)
        {
            if (IsAt('"') && unescaped.Length > 0)
            {
                _index++;
                return unescaped.ToString();
            }

            _index += IsAt('\\') ? 1 : 0;
            if (_index == _value.Length || !Http1Grammar.Token.Contains(_value[_index]))
            {
                break;
            }

            unescaped.Append((char)_value[_index]);
        }

        Fail(WebSocketHandshakeError.InvalidExtension, _index);
        return null;
    }

    private void SkipWhitespace() => _index = Http1Grammar.SkipWhitespace(_value, _index);

    private readonly bool IsAt(char value) => _index < _value.Length && _value[_index] == value;

    private void Fail(WebSocketHandshakeError error, int index)
    {
        _error = error;
        _index = index;
    }
}
