using System.Diagnostics.CodeAnalysis;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// The server's side of the extended CONNECT form (RFC 8441, RFC 9220), independent of any HTTP/2 or HTTP/3 stack: a list of pseudo-fields and
/// fields in; <see cref="WebSocketHandshakeResponse.GetConnectFields"/> gives those of the answer.
/// </summary>
public static class WebSocketHandshakeConnect
{
    private const int PseudoFieldCount = 5;

    private static readonly string[] PseudoFields = [":method", ":protocol", ":scheme", ":path", ":authority"];

    /// <summary>Reads the extended CONNECT request.</summary>
    /// <exception cref="WebSocketHandshakeException">The request breaks a rule; the offset is 0.</exception>
    public static WebSocketHandshakeRequest ParseRequest(IEnumerable<WebSocketHandshakeField> fields, WebSocketHandshakeOptions? options = null)
        => TryParseRequest(fields, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure, options)
            ? request
            : throw new WebSocketHandshakeException(failure.Error, failure.Offset);

    /// <summary>Reads the extended CONNECT request.</summary>
    /// <param name="fields">The pseudo-fields <c>:method</c>, <c>:protocol</c>, <c>:scheme</c>, <c>:path</c> and <c>:authority</c>, and the fields.
    /// What is not ASCII in a value is taken as UTF-8.</param>
    /// <param name="request">The handshake, when it keeps every rule.</param>
    /// <param name="failure">The first rule that it breaks otherwise; the offset is 0.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public static bool TryParseRequest(
        IEnumerable<WebSocketHandshakeField> fields,
        [NotNullWhen(true)] out WebSocketHandshakeRequest? request,
        out WebSocketHandshakeFailure failure,
        WebSocketHandshakeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fields);
        request = null;
        string?[] pseudo = new string?[PseudoFieldCount];
        List<WebSocketHandshakeField> regular = [];
        WebSocketHandshakeError error = Sort(fields, pseudo, regular);
        error = error == WebSocketHandshakeError.None ? CheckPseudoFields(pseudo) : error;
        failure = new WebSocketHandshakeFailure(error, 0);
        return error == WebSocketHandshakeError.None
            && TryCreate(pseudo, regular, options ?? WebSocketHandshakeOptions.Default, out request, out failure);
    }

    private static WebSocketHandshakeError Sort(IEnumerable<WebSocketHandshakeField> fields, string?[] pseudo, List<WebSocketHandshakeField> regular)
    {
        foreach (WebSocketHandshakeField field in fields)
        {
            if (field.Name is [':', ..])
            {
                int index = Array.IndexOf(PseudoFields, field.Name);
                if (index < 0 || pseudo[index] is not null || field.Value is null)
                {
                    return WebSocketHandshakeError.InvalidPseudoField;
                }

                pseudo[index] = field.Value;
                continue;
            }

            if (!field.IsReadable)
            {
                return WebSocketHandshakeError.InvalidField;
            }

            // "[RFC6455] requires the use of Connection and Upgrade header fields that are not part of HTTP/2. They MUST NOT be included."
            if (field.Name.Equals("connection", StringComparison.OrdinalIgnoreCase)
                || field.Name.Equals("upgrade", StringComparison.OrdinalIgnoreCase))
            {
                return WebSocketHandshakeError.ConnectionField;
            }

            regular.Add(field);
        }

        return WebSocketHandshakeError.None;
    }

    private static WebSocketHandshakeError CheckPseudoFields(string?[] pseudo) => pseudo switch
    {
        [null, _, _, _, _] => WebSocketHandshakeError.InvalidPseudoField,
        [not "CONNECT", _, _, _, _] => WebSocketHandshakeError.MethodNotConnect,
        [_, not "websocket", _, _, _] => WebSocketHandshakeError.ProtocolNotWebSocket,

        // "The scheme of the target URI MUST be 'https' for 'wss'-schemed WebSockets and 'http' for 'ws'-schemed WebSockets."
        [_, _, "https" or "http", ['/', ..] path, { Length: > 0 } authority] when IsTarget(path) && IsAuthority(authority)
            => WebSocketHandshakeError.None,
        _ => WebSocketHandshakeError.InvalidPseudoField,
    };

    /// <summary>
    /// True for the request target of a GET. Browsers leave <c>[ ] { } | ^</c> as they are in a query, and the other stack took them.
    /// </summary>
    internal static bool IsTarget(string target)
        => Ascii.IsValid(target) && Http1Target.IsValid("GET"u8, Encoding.ASCII.GetBytes(target), unescaped: true);

    private static bool IsAuthority(string authority)
        => Ascii.IsValid(authority) && Http1Authority.FindInvalid(Encoding.ASCII.GetBytes(authority), portRequired: false) < 0;

    private static bool TryCreate(
        string?[] pseudo,
        List<WebSocketHandshakeField> regular,
        WebSocketHandshakeOptions options,
        out WebSocketHandshakeRequest? request,
        out WebSocketHandshakeFailure failure)
    {
        (byte[] bytes, Http1FieldSlot[] slots) = Encode(regular);
        WebSocketHandshakeFields fields = new(bytes, new Http1Fields(bytes, slots), options);
        request = null;
        if (fields.CheckVersion()
            && fields.TryGetSingle("origin"u8, WebSocketHandshakeError.DuplicateOrigin, out bool hasOrigin, out ReadOnlySpan<byte> origin)
            && fields.TryGetSubprotocols(out var subprotocols)
            && fields.TryGetExtensions(allowsDuplicates: true, out var extensions))
        {
            int mark = pseudo[3]!.IndexOf('?', StringComparison.Ordinal);
            request = new WebSocketHandshakeRequest(bytes, slots, key: default)
            {
                Path = mark < 0 ? pseudo[3]! : pseudo[3]![..mark],
                Query = mark < 0 ? "" : pseudo[3]![(mark + 1)..],
                Host = pseudo[4]!,
                Origin = hasOrigin ? Encoding.Latin1.GetString(origin) : null,
                Subprotocols = subprotocols,
                Extensions = extensions,
            };
        }

        failure = new WebSocketHandshakeFailure(fields.Failure.Error, 0);
        return request is not null;
    }

    /// <summary>Lays readable fields out as bytes, so that one set of rules reads both forms.</summary>
    internal static (byte[] Bytes, Http1FieldSlot[] Slots) Encode(List<WebSocketHandshakeField> fields)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(fields.Select(f => f.Name + f.Value)));
        Http1FieldSlot[] slots = new Http1FieldSlot[fields.Count];
        int at = 0;
        for (int index = 0; index < slots.Length; index++)
        {
            (string name, string value) = fields[index];
            int length = Encoding.UTF8.GetByteCount(value);
            slots[index] = new Http1FieldSlot { NameStart = at, NameLength = name.Length, ValueStart = at + name.Length, ValueLength = length };
            at += name.Length + length;
        }

        return (bytes, slots);
    }
}
