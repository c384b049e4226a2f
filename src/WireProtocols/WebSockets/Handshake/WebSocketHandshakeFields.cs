using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>What the handshake reads out of fields, the same in both of its forms and in both directions. The first error stays.</summary>
internal ref struct WebSocketHandshakeFields(ReadOnlySpan<byte> head, Http1Fields fields, WebSocketHandshakeOptions options)
{
    private readonly ReadOnlySpan<byte> _head = head;
    private readonly WebSocketHandshakeOptions _options = options;

    public Http1Fields All { get; } = fields;

    public WebSocketHandshakeFailure Failure { get; private set; }

    /// <summary>Fails for something that is not there: the head could have had it until its last byte.</summary>
    public bool Fail(WebSocketHandshakeError error) => Fail(error, Math.Max(0, _head.Length - 1));

    /// <summary>Fails at a byte of a value.</summary>
    public bool Fail(WebSocketHandshakeError error, scoped ReadOnlySpan<byte> value, int index = 0)
    {
        // In bounds: nothing is read; two places are compared. An empty value has a place in the head too, which Overlaps would not tell.
        nint offset = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(_head), ref MemoryMarshal.GetReference(value));
        return Fail(error, offset >= 0 && offset <= _head.Length ? offset + index : 0L);
    }

    /// <summary>Reads a field that stands at most once.</summary>
    /// <returns>False after a failure; a field that is not there has a null value.</returns>
    public bool TryGetSingle(ReadOnlySpan<byte> name, WebSocketHandshakeError duplicate, out bool found, out ReadOnlySpan<byte> value)
    {
        Http1FieldValues values = All.GetValues(name);
        found = values.MoveNext();
        value = found ? values.Current : default;
        return !found || !values.MoveNext() || Fail(duplicate, values.Current);
    }

    /// <summary>
    /// "An |Upgrade| header field containing the value 'websocket'", and "a |Connection| header field that includes the token 'Upgrade'".
    /// </summary>
    public bool CheckUpgrade()
    {
        if (!All.Contains("upgrade"u8))
        {
            return Fail(WebSocketHandshakeError.MissingUpgrade);
        }

        if (!All.ContainsElement("upgrade"u8, "websocket"u8))
        {
            All.TryGetValue("upgrade"u8, out ReadOnlySpan<byte> value);
            return Fail(WebSocketHandshakeError.UpgradeNotWebSocket, value);
        }

        return All.ContainsElement("connection"u8, "upgrade"u8) || Fail(WebSocketHandshakeError.MissingConnectionUpgrade);
    }

    /// <summary>Sec-WebSocket-Version-Client = version, and that is 13.</summary>
    public bool CheckVersion()
    {
        if (!TryGetSingle("sec-websocket-version"u8, WebSocketHandshakeError.DuplicateVersion, out bool found, out ReadOnlySpan<byte> version))
        {
            return false;
        }

        return !found
            ? Fail(WebSocketHandshakeError.MissingVersion)
            : version.SequenceEqual("13"u8) || Fail(WebSocketHandshakeError.UnsupportedVersion, version);
    }

    /// <summary>
    /// "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to U+007E not including separator
    /// characters as defined in [RFC2616] and MUST all be unique strings."
    /// </summary>
    public bool TryGetSubprotocols(out ImmutableArray<string> subprotocols)
    {
        subprotocols = [];
        ImmutableArray<string>.Builder offered = ImmutableArray.CreateBuilder<string>();
        foreach (ReadOnlySpan<byte> element in All.GetElements("sec-websocket-protocol"u8))
        {
            int end = Http1Grammar.SkipToken(element, 0);
            if (end < element.Length)
            {
                return Fail(WebSocketHandshakeError.InvalidSubprotocol, element, end);
            }

            if (offered.Count == _options.MaxSubprotocols)
            {
                return Fail(WebSocketHandshakeError.TooManySubprotocols, element);
            }

            string subprotocol = Encoding.ASCII.GetString(element);
            if (offered.Contains(subprotocol))
            {
                return Fail(WebSocketHandshakeError.DuplicateSubprotocol, element);
            }

            offered.Add(subprotocol);
        }

        subprotocols = offered.ToImmutable();
        return CheckNotEmpty("sec-websocket-protocol"u8, offered.Count, WebSocketHandshakeError.InvalidSubprotocol);
    }

    /// <summary>
    /// "Note that like other HTTP header fields, this header field MAY be split or combined across multiple lines": the elements of all lines.
    /// </summary>
    /// <param name="allowsDuplicates">Whether a parameter may stand twice: an offer is declined for it, a response fails (RFC 7692 §7).</param>
    /// <param name="extensions">The extensions.</param>
    public bool TryGetExtensions(bool allowsDuplicates, out ImmutableArray<WebSocketExtension> extensions)
    {
        extensions = [];
        ImmutableArray<WebSocketExtension>.Builder offered = ImmutableArray.CreateBuilder<WebSocketExtension>();
        foreach (ReadOnlySpan<byte> line in All.GetValues("sec-websocket-extensions"u8))
        {
            WebSocketHandshakeError error = WebSocketExtensionParser.Parse(line, _options, allowsDuplicates, offered, out int invalid);
            if (error != WebSocketHandshakeError.None)
            {
                return Fail(error, line, invalid);
            }
        }

        extensions = offered.ToImmutable();
        return CheckNotEmpty("sec-websocket-extensions"u8, offered.Count, WebSocketHandshakeError.InvalidExtension);
    }

    /// <summary>1#element: where the field is, at least one element is.</summary>
    private bool CheckNotEmpty(ReadOnlySpan<byte> name, int count, WebSocketHandshakeError error)
        => count > 0 || !All.TryGetValue(name, out ReadOnlySpan<byte> value) || Fail(error, value);

    private bool Fail(WebSocketHandshakeError error, long offset)
    {
        if (Failure.Error == WebSocketHandshakeError.None)
        {
            Failure = new WebSocketHandshakeFailure(error, offset);
        }

        return false;
    }
}
