using System.Collections.Immutable;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// What a server said instead of accepting (RFC 6455 §4.1: "the client handles the response per HTTP procedures"): a redirect has its
/// <c>Location</c>, a 401 its <c>WWW-Authenticate</c>, a 503 perhaps its <c>Retry-After</c>, and the body often says why.
/// </summary>
public sealed class WebSocketHandshakeRefusal
{
    /// <summary>The most of a body that is kept, in bytes.</summary>
    public const int MaxBodyLength = 4096;

    private WebSocketHandshakeRefusal(
        int statusCode, string reasonPhrase, ImmutableArray<WebSocketHandshakeField> fields, ReadOnlyMemory<byte> body, bool isBodyWhole)
    {
        StatusCode = statusCode;
        ReasonPhrase = reasonPhrase;
        Fields = fields;
        Body = body;
        IsBodyWhole = isBodyWhole;
    }

    /// <summary>The status of the response.</summary>
    public int StatusCode { get; }

    /// <summary>The words behind the status; often empty.</summary>
    public string ReasonPhrase { get; }

    /// <summary>The fields of the response in order.</summary>
    public ImmutableArray<WebSocketHandshakeField> Fields { get; }

    /// <summary>The beginning of the body, at most <see cref="MaxBodyLength"/> bytes. Its content coding is not undone.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether <see cref="Body"/> is all of the body.</summary>
    public bool IsBodyWhole { get; }

    /// <summary>Takes a response head; the body is still to come.</summary>
    /// <param name="head">The head; it is copied.</param>
    public static WebSocketHandshakeRefusal FromHead(Http1ResponseHead head)
    {
        ImmutableArray<WebSocketHandshakeField>.Builder fields = ImmutableArray.CreateBuilder<WebSocketHandshakeField>();
        foreach (Http1Field field in head.Fields)
        {
            fields.Add(new WebSocketHandshakeField(Encoding.ASCII.GetString(field.Name), Encoding.Latin1.GetString(field.Value)));
        }

        return new(head.StatusCode, Encoding.Latin1.GetString(head.Reason), fields.ToImmutable(), default, isBodyWhole: false);
    }

    /// <summary>Takes the response of another HTTP stack; the body is still to come.</summary>
    internal static WebSocketHandshakeRefusal FromFields(int statusCode, string reasonPhrase, IEnumerable<WebSocketHandshakeField> fields)
        => new(statusCode, reasonPhrase, [.. fields], default, isBodyWhole: false);

    /// <summary>The refusal with the beginning of its body.</summary>
    /// <param name="body">What has come of the body; what is beyond <see cref="MaxBodyLength"/> is dropped.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    public WebSocketHandshakeRefusal WithBody(ReadOnlyMemory<byte> body, bool isWhole)
    {
        bool fits = body.Length <= MaxBodyLength;
        return new(StatusCode, ReasonPhrase, Fields, fits ? body : body[..MaxBodyLength], isWhole && fits);
    }

    /// <summary>The value of the first field of that name, or null.</summary>
    public string? GetField(string name)
    {
        foreach (WebSocketHandshakeField field in Fields)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return field.Value;
            }
        }

        return null;
    }

    /// <summary>The beginning of the body as text, where it is UTF-8.</summary>
    public string GetBodyText() => Encoding.UTF8.GetString(Body.Span);
}
