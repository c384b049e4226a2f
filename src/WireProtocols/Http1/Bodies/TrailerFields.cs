using System.Text;

namespace WireProtocols.Http1;

/// <summary>Which fields may stand in a trailer section (RFC 9110 §6.5.1).</summary>
public static class TrailerFields
{
    /// <summary>The length of the longest name below.</summary>
    internal const int LongestName = 19;

    /// <summary>
    /// Whether a field has to be known before the content and so never comes as a trailer: fields of message framing, routing,
    /// authentication, request modifiers, response controls and content format. Letter case does not matter.
    /// </summary>
    /// <remarks>
    /// "Many fields cannot be processed outside the header section because their evaluation is necessary prior to receiving the content,
    /// such as those that describe message framing, routing, authentication, request modifiers, response controls, or content format"
    /// (RFC 9110 §6.5.1). ETag, Accept-Ranges and Authentication-Info are not among them: their definitions allow them as trailers.
    /// </remarks>
    /// <param name="name">The field name, in ASCII.</param>
    public static bool IsForbidden(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 2 or > LongestName)
        {
            return false;
        }

        Span<byte> lower = stackalloc byte[LongestName];
        lower = lower[..name.Length];
        Ascii.ToLower(name, lower, out int written);
        return written == name.Length && (IsFramingOrRouting(lower) || IsAuthentication(lower) || IsRequestModifier(lower)
            || IsResponseControl(lower) || IsContent(lower));
    }

    private static bool IsFramingOrRouting(ReadOnlySpan<byte> name)
        => name.SequenceEqual("transfer-encoding"u8) || name.SequenceEqual("content-length"u8) || name.SequenceEqual("trailer"u8)
        || name.SequenceEqual("te"u8) || name.SequenceEqual("connection"u8) || name.SequenceEqual("keep-alive"u8)
        || name.SequenceEqual("proxy-connection"u8) || name.SequenceEqual("upgrade"u8) || name.SequenceEqual("host"u8);

    private static bool IsAuthentication(ReadOnlySpan<byte> name)
        => name.SequenceEqual("authorization"u8) || name.SequenceEqual("proxy-authorization"u8) || name.SequenceEqual("www-authenticate"u8)
        || name.SequenceEqual("proxy-authenticate"u8) || name.SequenceEqual("cookie"u8) || name.SequenceEqual("set-cookie"u8);

    private static bool IsRequestModifier(ReadOnlySpan<byte> name)
        => name.SequenceEqual("cache-control"u8) || name.SequenceEqual("expect"u8) || name.SequenceEqual("max-forwards"u8)
        || name.SequenceEqual("pragma"u8) || name.SequenceEqual("range"u8) || name.SequenceEqual("if-match"u8)
        || name.SequenceEqual("if-none-match"u8) || name.SequenceEqual("if-modified-since"u8)
        || name.SequenceEqual("if-unmodified-since"u8) || name.SequenceEqual("if-range"u8);

    private static bool IsResponseControl(ReadOnlySpan<byte> name)
        => name.SequenceEqual("age"u8) || name.SequenceEqual("date"u8) || name.SequenceEqual("expires"u8) || name.SequenceEqual("location"u8)
        || name.SequenceEqual("retry-after"u8) || name.SequenceEqual("vary"u8) || name.SequenceEqual("warning"u8);

    private static bool IsContent(ReadOnlySpan<byte> name)
        => name.SequenceEqual("content-encoding"u8) || name.SequenceEqual("content-type"u8) || name.SequenceEqual("content-range"u8);
}
