namespace WireProtocols.Http1;

/// <summary>How the end of a message body is found.</summary>
public enum Http1BodyKind
{
    /// <summary>There is no body: the next message begins after the head.</summary>
    None,

    /// <summary>The body is chunked, and may have trailers.</summary>
    Chunked,

    /// <summary>The body has the length that Content-Length says.</summary>
    Length,

    /// <summary>The body of a response goes on until the connection is closed.</summary>
    UntilClose,

    /// <summary>There is no body and there will be no other message: what follows the head is a tunnel or another protocol.</summary>
    Tunnel,
}

/// <summary>
/// Where the body of a message ends: the decision of RFC 9112 §6.3 over a head. What conflicts there (Content-Length beside
/// Transfer-Encoding, chunked not last in a request, and so on) has already been refused with the head.
/// </summary>
public readonly record struct Http1BodyFraming
{
    private Http1BodyFraming(Http1BodyKind kind, long length = 0)
    {
        Kind = kind;
        Length = length;
    }

    /// <summary>A message without a body.</summary>
    public static Http1BodyFraming None => default;

    /// <summary>A body in chunks, whose length need not be known beforehand.</summary>
    public static Http1BodyFraming Chunked => new(Http1BodyKind.Chunked);

    /// <summary>A body that goes on until the connection is closed.</summary>
    internal static Http1BodyFraming Rest => new(Http1BodyKind.UntilClose);

    /// <summary>How the end of the body is found.</summary>
    public Http1BodyKind Kind { get; }

    /// <summary>The length of the body in bytes, where <see cref="Kind"/> is <see cref="Http1BodyKind.Length"/>.</summary>
    public long Length { get; }

    /// <summary>Whether the connection can carry another message once the body has been read to its end, as far as framing is concerned.</summary>
    public bool LeavesConnectionUsable => Kind is Http1BodyKind.None or Http1BodyKind.Chunked or Http1BodyKind.Length;

    /// <summary>A body of known length.</summary>
    /// <param name="length">The length in bytes; a body of none has a Content-Length of 0.</param>
    public static Http1BodyFraming OfLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new Http1BodyFraming(Http1BodyKind.Length, length);
    }

    /// <summary>Where the body of a request ends.</summary>
    /// <remarks>"Request messages are never close-delimited because they are always explicitly framed by length or transfer coding, with the
    /// absence of both implying the request ends immediately after the header section" (RFC 9112 §6.3).</remarks>
    public static Http1BodyFraming OfRequest(Http1RequestHead head)
    {
        if (head.IsChunked)
        {
            return new Http1BodyFraming(Http1BodyKind.Chunked);
        }

        return OfHead(head.ContentLength, otherwise: Http1BodyKind.None);
    }

    /// <summary>Where the body of a response ends.</summary>
    /// <param name="head">The head of the response.</param>
    /// <param name="requestMethod">The method of the request that it answers, case-sensitive.</param>
    public static Http1BodyFraming OfResponse(Http1ResponseHead head, ReadOnlySpan<byte> requestMethod)
    {
        // 101 is a 1xx, and the last thing that is HTTP on the connection (RFC 9110 §15.2.2).
        if (head.StatusCode == 101)
        {
            return new Http1BodyFraming(Http1BodyKind.Tunnel);
        }

        // 1. "Any response to a HEAD request and any response with a 1xx (Informational), 204 (No Content), or 304 (Not Modified) status code
        // is always terminated by the first empty line after the header fields, regardless of the header fields present in the message".
        if (requestMethod.SequenceEqual("HEAD"u8) || head.StatusCode is (>= 100 and < 200) or 204 or 304)
        {
            return new Http1BodyFraming(Http1BodyKind.None);
        }

        // 2. "Any 2xx (Successful) response to a CONNECT request implies that the connection will become a tunnel immediately after the empty
        // line […]. A client MUST ignore any Content-Length or Transfer-Encoding header fields received in such a message."
        if (requestMethod.SequenceEqual("CONNECT"u8) && head.StatusCode is >= 200 and < 300)
        {
            return new Http1BodyFraming(Http1BodyKind.Tunnel);
        }

        // 4. "If a Transfer-Encoding header field is present in a response and the chunked transfer coding is not the final encoding, the
        // message body length is determined by reading the connection until it is closed by the server."
        if (head.HasTransferEncoding)
        {
            return new Http1BodyFraming(head.IsChunked ? Http1BodyKind.Chunked : Http1BodyKind.UntilClose);
        }

        // 6 and 8.
        return OfHead(head.ContentLength, otherwise: Http1BodyKind.UntilClose);
    }

    /// <summary>The kind, and the length where there is one.</summary>
    public override string ToString() => Kind == Http1BodyKind.Length ? $"{Kind} {Length}" : Kind.ToString();

    private static Http1BodyFraming OfHead(long? length, Http1BodyKind otherwise)
        => length is { } known ? new Http1BodyFraming(Http1BodyKind.Length, known) : new Http1BodyFraming(otherwise);
}
