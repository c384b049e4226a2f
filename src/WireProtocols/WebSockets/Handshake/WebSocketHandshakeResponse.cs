using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// The server's answer to an opening handshake. <see cref="WriteTo"/> writes it for HTTP/1.1, where <see cref="GetUpgradeFields"/> gives the fields
/// for another HTTP stack; <see cref="GetConnectFields"/> gives the header list of the extended CONNECT form, whose body is <see cref="Body"/>.
/// </summary>
public sealed class WebSocketHandshakeResponse
{
    private readonly byte[] _key;
    private readonly ImmutableArray<WebSocketHandshakeField> _fields;
    private readonly bool _isExtendedConnect;

    private WebSocketHandshakeResponse(
        int statusCode, string body, byte[] key, IEnumerable<WebSocketHandshakeField> fields, bool isExtendedConnect)
    {
        StatusCode = statusCode;
        Body = body;
        _key = key;
        _fields = [.. fields];
        _isExtendedConnect = isExtendedConnect;
    }

    /// <summary>101, 200 in the extended CONNECT form, or the status of a refusal.</summary>
    public int StatusCode { get; }

    /// <summary>True when the connection is accepted.</summary>
    public bool IsAccepted => StatusCode < 300;

    /// <summary>The subprotocol in use, or null.</summary>
    public string? Subprotocol { get; private init; }

    /// <summary>The extensions in use, in the order they are applied.</summary>
    public ImmutableArray<WebSocketExtension> Extensions { get; private init; } = [];

    /// <summary>The body of a refusal, which says why: plain text unless the added fields say otherwise. Empty in an acceptance.</summary>
    public string Body { get; }

    /// <summary>Whether the fields that were added say what the body is.</summary>
    private bool HasContentType => _fields.Any(f => f.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));

    /// <summary>The answer to a request that broke a rule of the handshake: its status, what that status demands, and the rule as body.</summary>
    /// <param name="failure">The rule that was broken, one that has a status.</param>
    /// <param name="isExtendedConnect">True in the extended CONNECT form.</param>
    public static WebSocketHandshakeResponse Refuse(WebSocketHandshakeFailure failure, bool isExtendedConnect = false)
    {
        ProtocolRule rule = failure.Error.GetRule();
        List<WebSocketHandshakeField> fields = [];
        int statusCode
            = failure.RefusalStatus ?? throw new ArgumentOutOfRangeException(nameof(failure), failure, "Only a response breaks this rule.");
        if (statusCode == 405)
        {
            fields.Add(new WebSocketHandshakeField("Allow", isExtendedConnect ? "CONNECT" : "GET"));
        }

        if (statusCode == 426)
        {
            // "... and a |Sec-WebSocket-Version| header field indicating the version(s) the server is capable of understanding."
            fields.Add(new WebSocketHandshakeField("Sec-WebSocket-Version", "13"));

            // 426 demands an Upgrade field (RFC 9110 §15.5.22), and there is none in HTTP/2.
            statusCode = isExtendedConnect ? 400 : 426;
        }

        return new WebSocketHandshakeResponse(statusCode, $"{rule.Text} ({rule.Section}).\n", [], fields, isExtendedConnect);
    }

    /// <summary>Writes the whole response for HTTP/1.1, a refusal with its body and <c>Connection: close</c>.</summary>
    /// <exception cref="InvalidOperationException">The answer is for the extended CONNECT form.</exception>
    public void WriteTo(IBufferWriter<byte> output)
    {
        IReadOnlyList<WebSocketHandshakeField> fields = GetUpgradeFields();
        Http1HeadWriter head = Http1HeadWriter.StartResponse(output, StatusCode);
        foreach (WebSocketHandshakeField field in fields)
        {
            field.WriteTo(ref head);
        }

        head.Complete();
        Encoding.UTF8.GetBytes(Body, output);
    }

    /// <summary>The fields of the response in HTTP/1.1, a refusal's with <c>Connection: close</c> and those of its <see cref="Body"/>.</summary>
    /// <exception cref="InvalidOperationException">The answer is for the extended CONNECT form.</exception>
    public IReadOnlyList<WebSocketHandshakeField> GetUpgradeFields()
    {
        if (_isExtendedConnect)
        {
            throw new InvalidOperationException("An extended CONNECT is answered by a header list.");
        }

        List<WebSocketHandshakeField> list = [];
        if (IsAccepted)
        {
            AddAcceptance(list);
        }
        else
        {
            AddRefusal(list);
        }

        list.AddRange(_fields);
        return list;
    }

    /// <summary>
    /// The header list of the extended CONNECT form, <c>:status</c> first, names in lower case. <see cref="Body"/> follows a refusal.
    /// </summary>
    /// <exception cref="InvalidOperationException">The answer is for HTTP/1.1.</exception>
    public IReadOnlyList<WebSocketHandshakeField> GetConnectFields()
    {
        if (!_isExtendedConnect)
        {
            throw new InvalidOperationException("An Upgrade request is answered by a message of HTTP/1.1.");
        }

        List<WebSocketHandshakeField> list = [new(":status", $"{StatusCode}")];
        if (Subprotocol is not null)
        {
            list.Add(new WebSocketHandshakeField("sec-websocket-protocol", Subprotocol));
        }

        if (!Extensions.IsEmpty)
        {
            list.Add(new WebSocketHandshakeField("sec-websocket-extensions", WebSocketExtensionList.Format(Extensions)));
        }

        if (!IsAccepted && !HasContentType)
        {
            list.Add(new WebSocketHandshakeField("content-type", "text/plain; charset=utf-8"));
        }

        if (!IsAccepted)
        {
            list.Add(new WebSocketHandshakeField("content-length", $"{Encoding.UTF8.GetByteCount(Body)}"));
        }

        list.AddRange(_fields.Select(f => f.ToLower()));
        return list;
    }

    internal static WebSocketHandshakeResponse Accept(
        byte[] key, string? subprotocol, ImmutableArray<WebSocketExtension> extensions, IEnumerable<WebSocketHandshakeField>? fields)
    {
        WebSocketHandshakeField[] added = CheckFields(fields);
        bool isExtendedConnect = key.Length == 0;
        return new WebSocketHandshakeResponse(isExtendedConnect ? 200 : 101, "", key, added, isExtendedConnect)
        {
            Subprotocol = subprotocol,
            Extensions = extensions,
        };
    }

    internal static WebSocketHandshakeResponse Reject(
        int statusCode, string? body, IEnumerable<WebSocketHandshakeField>? fields, bool isExtendedConnect)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 599);

        // It has no body to say why in (RFC 9110 §15.4.5), and nothing that was asked for is unmodified.
        ArgumentOutOfRangeException.ThrowIfEqual(statusCode, 304);
        WebSocketHandshakeField[] added = CheckFields(fields);
        return new WebSocketHandshakeResponse(
            statusCode, body ?? $"{Encoding.ASCII.GetString(Http1ReasonPhrase.Get(statusCode))}\n", [], added, isExtendedConnect);
    }

    private static WebSocketHandshakeField[] CheckFields(IEnumerable<WebSocketHandshakeField>? fields)
    {
        WebSocketHandshakeField[] added = fields is null ? [] : [.. fields];
        WebSocketHandshakeField.CheckAdded(added, nameof(fields));
        return added;
    }

    private void AddAcceptance(List<WebSocketHandshakeField> list)
    {
        Span<byte> accept = stackalloc byte[WebSocketAccept.AcceptLength];
        WebSocketAccept.Compute(_key, accept);
        list.Add(new WebSocketHandshakeField("Upgrade", "websocket"));
        list.Add(new WebSocketHandshakeField("Connection", "Upgrade"));
        list.Add(new WebSocketHandshakeField("Sec-WebSocket-Accept", Encoding.ASCII.GetString(accept)));
        if (Subprotocol is not null)
        {
            list.Add(new WebSocketHandshakeField("Sec-WebSocket-Protocol", Subprotocol));
        }

        if (!Extensions.IsEmpty)
        {
            list.Add(new WebSocketHandshakeField("Sec-WebSocket-Extensions", WebSocketExtensionList.Format(Extensions)));
        }
    }

    private void AddRefusal(List<WebSocketHandshakeField> list)
    {
        if (StatusCode == 426)
        {
            // "A server that sends a 426 (Upgrade Required) response MUST send an Upgrade header field" (RFC 9110 §7.8).
            list.Add(new WebSocketHandshakeField("Upgrade", "websocket"));
            list.Add(new WebSocketHandshakeField("Connection", "Upgrade, close"));
        }
        else
        {
            list.Add(new WebSocketHandshakeField("Connection", "close"));
        }

        if (!HasContentType)
        {
            list.Add(new WebSocketHandshakeField("Content-Type", "text/plain; charset=utf-8"));
        }

        list.Add(new WebSocketHandshakeField("Content-Length", $"{Encoding.UTF8.GetByteCount(Body)}"));
    }
}
