using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// The server's side of the opening handshake (RFC 6455 §4.2.1): reads a request head, and refuses it by the first rule it breaks. The answer is
/// made by the <see cref="WebSocketHandshakeRequest"/>, or by <see cref="WebSocketHandshakeResponse.Refuse"/> when there is none.
/// </summary>
public static class WebSocketHandshake
{
    /// <summary>For a head that another stack has taken in.</summary>
    private static readonly Http1Options Unlimited = new()
    {
        AllowUnescapedTarget = true,
        MaxStartLineLength = Array.MaxLength,
        MaxFieldLineLength = Array.MaxLength,
        MaxFieldCount = Array.MaxLength,
        MaxHeadLength = Array.MaxLength,
    };

    /// <summary>Reads the opening handshake of HTTP/1.1.</summary>
    /// <exception cref="WebSocketHandshakeException">The request breaks a rule.</exception>
    public static WebSocketHandshakeRequest ParseRequest(Http1RequestHead head, WebSocketHandshakeOptions? options = null)
        => TryParseRequest(head, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure, options)
            ? request
            : throw new WebSocketHandshakeException(failure.Error, failure.Offset);

    /// <summary>Reads the opening handshake of HTTP/1.1.</summary>
    /// <param name="head">The request head.</param>
    /// <param name="request">The handshake, when it keeps every rule; it is a copy.</param>
    /// <param name="failure">The first rule that it breaks otherwise, and the offset in the head.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public static bool TryParseRequest(
        Http1RequestHead head,
        [NotNullWhen(true)] out WebSocketHandshakeRequest? request,
        out WebSocketHandshakeFailure failure,
        WebSocketHandshakeOptions? options = null)
    {
        WebSocketHandshakeFields fields = new(head.Bytes, head.Fields, options ?? WebSocketHandshakeOptions.Default);
        request = CheckRequestLine(head, ref fields)
            && fields.CheckUpgrade()
            && fields.CheckVersion()
            && TryGetKey(ref fields, out ReadOnlySpan<byte> key)
                ? Create(head, ref fields, key)
                : null;
        failure = fields.Failure;
        return request is not null;
    }

    /// <summary>Reads the opening handshake of HTTP/1.1 from what another HTTP stack has parsed, by the same rules.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The request target as it was sent; <c>[ ] { } | ^</c> and others that browsers do not escape may stand in it.</param>
    /// <param name="fields">The fields, each in a line of its own as it was sent, or joined with commas, without white space at the ends of a value.
    /// What is not ASCII in a value, as in cookies, is taken as UTF-8. How many and how long they may be was for the other stack to say.</param>
    /// <param name="request">The handshake, when it keeps every rule.</param>
    /// <param name="failure">The first rule that it breaks otherwise; the offset is 0.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public static bool TryParseRequest(
        string method,
        string target,
        IEnumerable<WebSocketHandshakeField> fields,
        [NotNullWhen(true)] out WebSocketHandshakeRequest? request,
        out WebSocketHandshakeFailure failure,
        WebSocketHandshakeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(fields);
        List<WebSocketHandshakeField> list = [.. fields];
        request = null;
        WebSocketHandshakeError error = method switch
        {
            not "GET" => WebSocketHandshakeError.MethodNotGet,
            _ when !WebSocketHandshakeConnect.IsTarget(target) => WebSocketHandshakeError.MissingPath,
            _ when !list.TrueForAll(f => f.IsReadable) => WebSocketHandshakeError.InvalidField,
            _ => DecodeHead(target, list, options, out request),
        };
        failure = new WebSocketHandshakeFailure(error, 0);
        return request is not null;
    }

    /// <summary>
    /// True when a request asks for a WebSocket at all, so that a server may tell a handshake from other requests on the same path.
    /// </summary>
    public static bool IsUpgradeRequest(Http1RequestHead head) => head.Fields.ContainsElement("upgrade"u8, "websocket"u8);

    /// <summary>Lays the request out as bytes, so that one set of rules reads it.</summary>
    private static WebSocketHandshakeError DecodeHead(
        string target, List<WebSocketHandshakeField> fields, WebSocketHandshakeOptions? options, out WebSocketHandshakeRequest? request)
    {
        string lines = string.Concat(fields.Select(f => $"{f.Name}: {f.Value}\r\n"));
        byte[] bytes = Encoding.UTF8.GetBytes($"GET {target} HTTP/1.1\r\n{lines}\r\n");
        using Http1RequestDecoder decoder = new(Unlimited);
        if (decoder.Decode(bytes, out _, out Http1RequestHead head) != OperationStatus.Done)
        {
            request = null;
            return decoder.Error == Http1ProtocolError.MissingHost ? WebSocketHandshakeError.MissingHost : WebSocketHandshakeError.InvalidField;
        }

        return TryParseRequest(head, out request, out WebSocketHandshakeFailure failure, options) ? WebSocketHandshakeError.None : failure.Error;
    }

    private static bool CheckRequestLine(Http1RequestHead head, ref WebSocketHandshakeFields fields)
    {
        // "An HTTP/1.1 or higher GET request, including a 'Request-URI' that should be interpreted as a /resource name/ (or an absolute
        // HTTP/HTTPS URI containing the /resource name/)."
        if (!head.Method.SequenceEqual("GET"u8))
        {
            return fields.Fail(WebSocketHandshakeError.MethodNotGet, head.Method);
        }

        if (head.MinorVersion == 0)
        {
            // "A server that receives an Upgrade header field in an HTTP/1.0 request MUST ignore that Upgrade field." (RFC 9110 §7.8)
            return fields.Fail(WebSocketHandshakeError.HttpVersionTooLow, head.Bytes, head.Method.Length + head.Target.Length + 9);
        }

        if (!head.Path.StartsWith("/"u8))
        {
            return fields.Fail(WebSocketHandshakeError.MissingPath, head.Target);
        }

        // Frames follow the head at once: a body between them would be read as frames by the one and as a body by the other.
        return head.ContentLength is > 0 || head.IsChunked
            ? fields.Fail(WebSocketHandshakeError.UnexpectedBody)
            : !head.Authority.IsEmpty || fields.Fail(WebSocketHandshakeError.MissingHost);
    }

    private static bool TryGetKey(ref WebSocketHandshakeFields fields, out ReadOnlySpan<byte> key)
    {
        if (!fields.TryGetSingle("sec-websocket-key"u8, WebSocketHandshakeError.DuplicateKey, out bool found, out key))
        {
            return false;
        }

        int invalid = WebSocketAccept.FindInvalid(key);
        return !found
            ? fields.Fail(WebSocketHandshakeError.MissingKey)
            : invalid < 0 || fields.Fail(WebSocketHandshakeError.InvalidKey, key, invalid);
    }

    private static WebSocketHandshakeRequest? Create(Http1RequestHead head, ref WebSocketHandshakeFields fields, scoped ReadOnlySpan<byte> key)
    {
        if (!fields.TryGetSingle("origin"u8, WebSocketHandshakeError.DuplicateOrigin, out bool hasOrigin, out ReadOnlySpan<byte> origin)
            || !fields.TryGetSubprotocols(out var subprotocols)
            || !fields.TryGetExtensions(allowsDuplicates: true, out var extensions))
        {
            return null;
        }

        return new WebSocketHandshakeRequest(head.Bytes.ToArray(), head.Slots.ToArray(), key)
        {
            Path = Encoding.Latin1.GetString(head.Path),
            Query = Encoding.Latin1.GetString(head.Query),
            Host = Encoding.ASCII.GetString(head.Authority),
            Origin = hasOrigin ? Encoding.Latin1.GetString(origin) : null,
            Subprotocols = subprotocols,
            Extensions = extensions,
        };
    }
}
