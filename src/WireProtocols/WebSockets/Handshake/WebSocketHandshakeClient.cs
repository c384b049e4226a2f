using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>What client and server have agreed on.</summary>
/// <param name="Subprotocol">The subprotocol in use, or null.</param>
/// <param name="Extensions">The extensions in use, in the order they are applied to what is sent.</param>
public sealed record WebSocketHandshakeAgreement(string? Subprotocol, ImmutableArray<WebSocketExtension> Extensions);

/// <summary>
/// The client's side of one opening handshake (RFC 6455 §4.1): writes the request with a fresh key, and validates the response. For an extended
/// CONNECT, send <see cref="WebSocketHandshakeOffer.GetConnectFields"/> and validate with <see cref="TryAcceptConnect"/>.
/// </summary>
public sealed class WebSocketHandshakeClient
{
    private readonly byte[] _key;

    /// <summary>Begins a handshake with a random key.</summary>
    public WebSocketHandshakeClient(WebSocketHandshakeOffer offer)
        : this(offer, GenerateKey())
    {
    }

    /// <summary>Begins a handshake with a given key. A key is for one connection only.</summary>
    /// <exception cref="ArgumentException">The key is not the canonical base64 of 16 bytes.</exception>
    public WebSocketHandshakeClient(WebSocketHandshakeOffer offer, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(offer);
        _key = WebSocketAccept.IsKey(key) ? key.ToArray() : throw new ArgumentException("The key is not the base64 of 16 bytes.", nameof(key));
        Offer = offer;
    }

    /// <summary>
    /// The options to decode the response with: the defaults, and what servers that are in use send, a status line that ends behind <c>101</c>.
    /// A 101 ends with its head, whatever Content-Length and Transfer-Encoding say (RFC 9112 §6.3, rule 1).
    /// </summary>
    public static Http1Options ResponseOptions { get; } = new() { AllowMissingReasonSpace = true };

    /// <summary>What is asked for.</summary>
    public WebSocketHandshakeOffer Offer { get; }

    /// <summary>The value of Sec-WebSocket-Key.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Writes the request. "Once the client's opening handshake has been sent, the client MUST wait for a response from the server before
    /// sending any further data."</summary>
    public void WriteRequest(IBufferWriter<byte> output) => Offer.WriteTo(output, _key);

    /// <summary>Validates the response.</summary>
    /// <exception cref="WebSocketHandshakeException">The response breaks a rule. Where
    /// its status is not 101, the exception has its status and fields.</exception>
    public WebSocketHandshakeAgreement Accept(Http1ResponseHead head)
    {
        if (TryAccept(head, out WebSocketHandshakeAgreement? agreement, out WebSocketHandshakeFailure failure))
        {
            return agreement;
        }

        throw failure.Error == WebSocketHandshakeError.UnexpectedStatus
            ? new WebSocketHandshakeException(WebSocketHandshakeRefusal.FromHead(head), failure.Offset)
            : new WebSocketHandshakeException(failure.Error, failure.Offset);
    }

    /// <summary>Validates the response.</summary>
    /// <param name="head">The response head; pass over interim responses (1xx) other than 101 before.</param>
    /// <param name="agreement">What is agreed on, when the response keeps every rule.</param>
    /// <param name="failure">The first rule that it breaks otherwise, and the offset in the head.</param>
    public bool TryAccept(
        Http1ResponseHead head, [NotNullWhen(true)] out WebSocketHandshakeAgreement? agreement, out WebSocketHandshakeFailure failure)
    {
        WebSocketHandshakeFields fields = new(head.Bytes, head.Fields, WebSocketHandshakeOptions.Default);
        agreement = CheckStatusLine(head, ref fields) && CheckUpgrade(ref fields) && CheckAccept(ref fields) ? GetAgreement(ref fields) : null;
        failure = fields.Failure;
        return agreement is not null;
    }

    /// <summary>Validates the response to an extended CONNECT.</summary>
    /// <param name="response">The header list, <c>:status</c> included.</param>
    /// <param name="agreement">What is agreed on, when the response keeps every rule.</param>
    /// <param name="failure">The first rule that it breaks otherwise; the offset is 0.</param>
    public bool TryAcceptConnect(
        IEnumerable<WebSocketHandshakeField> response,
        [NotNullWhen(true)] out WebSocketHandshakeAgreement? agreement,
        out WebSocketHandshakeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(response);
        agreement = null;
        List<WebSocketHandshakeField> regular = [.. response];
        string[] status = [.. regular.Where(f => f.Name == ":status").Select(f => f.Value)];
        regular.RemoveAll(f => f.Name == ":status");
        WebSocketHandshakeError error = status switch
        {
            not [_] => WebSocketHandshakeError.InvalidPseudoField,
            not [['2', >= '0' and <= '9', >= '0' and <= '9']] => WebSocketHandshakeError.UnexpectedStatus,
            _ when !regular.TrueForAll(f => f.IsReadable) => WebSocketHandshakeError.InvalidField,
            _ => WebSocketHandshakeError.None,
        };
        if (error == WebSocketHandshakeError.None)
        {
            (byte[] bytes, Http1FieldSlot[] slots) = WebSocketHandshakeConnect.Encode(regular);
            WebSocketHandshakeFields fields = new(bytes, new Http1Fields(bytes, slots), WebSocketHandshakeOptions.Default);
            agreement = GetAgreement(ref fields);
            error = fields.Failure.Error;
        }

        failure = new WebSocketHandshakeFailure(error, 0);
        return agreement is not null;
    }

    private static bool CheckStatusLine(Http1ResponseHead head, ref WebSocketHandshakeFields fields)
    {
        const int VersionLength = 8;
        return head.StatusCode != 101
            ? fields.Fail(WebSocketHandshakeError.UnexpectedStatus, head.Bytes, VersionLength + 1)
            : head.MinorVersion > 0 || fields.Fail(WebSocketHandshakeError.HttpVersionTooLow, head.Bytes, VersionLength - 1);
    }

    /// <summary>
    /// "If ... the |Upgrade| header field contains a value that is not an ASCII case-insensitive match for the value 'websocket'": unlike that of
    /// a request, it is this value alone.
    /// </summary>
    private static bool CheckUpgrade(ref WebSocketHandshakeFields fields)
    {
        if (!fields.CheckUpgrade())
        {
            return false;
        }

        foreach (ReadOnlySpan<byte> value in fields.All.GetValues("upgrade"u8))
        {
            if (!Ascii.EqualsIgnoreCase(value, "websocket"u8))
            {
                return fields.Fail(WebSocketHandshakeError.UpgradeNotWebSocket, value);
            }
        }

        return true;
    }

    private bool CheckAccept(ref WebSocketHandshakeFields fields)
    {
        if (!fields.TryGetSingle("sec-websocket-accept"u8, WebSocketHandshakeError.DuplicateAccept, out bool found, out ReadOnlySpan<byte> accept))
        {
            return false;
        }

        return !found
            ? fields.Fail(WebSocketHandshakeError.MissingAccept)
            : WebSocketAccept.Verify(_key, accept) || fields.Fail(WebSocketHandshakeError.WrongAccept, accept);
    }

    private WebSocketHandshakeAgreement? GetAgreement(ref WebSocketHandshakeFields fields)
        => TryGetSubprotocol(ref fields, out string? subprotocol) && TryGetExtensions(ref fields, out ImmutableArray<WebSocketExtension> extensions)
            ? new WebSocketHandshakeAgreement(subprotocol, extensions)
            : null;

    private bool TryGetSubprotocol(ref WebSocketHandshakeFields fields, out string? subprotocol)
    {
        subprotocol = null;
        if (!fields.TryGetSingle(
            "sec-websocket-protocol"u8, WebSocketHandshakeError.SeveralSubprotocols, out bool found, out ReadOnlySpan<byte> value))
        {
            return false;
        }

        if (!found)
        {
            return true;
        }

        // Sec-WebSocket-Protocol-Server = token
        int end = Http1Grammar.SkipToken(value, 0);
        if (end < value.Length || value.IsEmpty)
        {
            return fields.Fail(WebSocketHandshakeError.InvalidSubprotocol, value, end);
        }

        subprotocol = Encoding.ASCII.GetString(value);
        return Offer.Subprotocols.Contains(subprotocol) || fields.Fail(WebSocketHandshakeError.SubprotocolNotOffered, value);
    }

    private bool TryGetExtensions(ref WebSocketHandshakeFields fields, out ImmutableArray<WebSocketExtension> extensions)
    {
        if (!fields.TryGetExtensions(allowsDuplicates: false, out extensions))
        {
            return false;
        }

        for (int index = 0; index < extensions.Length; index++)
        {
            string name = extensions[index].Name;
            WebSocketHandshakeError error = !Offer.Extensions.Any(e => e.Name == name) ? WebSocketHandshakeError.ExtensionNotOffered
                : extensions.AsSpan(0, index).ToArray().Any(e => e.Name == name) ? WebSocketHandshakeError.DuplicateExtension
                : WebSocketHandshakeError.None;
            if (error != WebSocketHandshakeError.None)
            {
                fields.All.TryGetValue("sec-websocket-extensions"u8, out ReadOnlySpan<byte> value);
                return fields.Fail(error, value);
            }
        }

        return true;
    }

    private static byte[] GenerateKey()
    {
        byte[] key = new byte[WebSocketAccept.KeyLength];
        WebSocketAccept.GenerateKey(key);
        return key;
    }
}
