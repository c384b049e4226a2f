namespace WireProtocols.Http1;

/// <summary>Limits and leniencies of the head decoders. Lengths are in bytes; a line's length does not count its CRLF.</summary>
public sealed class Http1Options
{
    /// <summary>The defaults.</summary>
    public static Http1Options Default { get; } = new();

    /// <summary>The longest method; 64.</summary>
    public int MaxMethodLength { get; init => field = AtLeast(1, value); } = 64;

    /// <summary>The longest request-line or status-line; 8192 (RFC 9112 §3 recommends to support 8000 at least).</summary>
    public int MaxStartLineLength { get; init => field = AtLeast(16, value); } = 8192;

    /// <summary>The longest field line; 8192.</summary>
    public int MaxFieldLineLength { get; init => field = AtLeast(1, value); } = 8192;

    /// <summary>The most field lines; 100.</summary>
    public int MaxFieldCount { get; init => field = AtLeast(0, value); } = 100;

    /// <summary>The longest head, from the first byte of the start-line to the empty line that ends it, included; 32768.</summary>
    public int MaxHeadLength { get; init => field = AtLeast(20, value); } = 32 * 1024;

    /// <summary>
    /// How many empty lines before a request-line are passed over; 1, which is what RFC 9112 §2.2 asks for. None before a status-line.
    /// </summary>
    public int MaxLeadingEmptyLines { get; init => field = AtLeast(0, value); } = 1;

    /// <summary>
    /// Takes any visible character but <c>#</c>, and bytes above 0x7F, in a request-target. Browsers send <c>[ ] { } | ^</c> and others in
    /// a path or query that RFC 3986 wants percent-encoded. Off.
    /// </summary>
    public bool AllowUnescapedTarget { get; init; }

    /// <summary>Takes a status-line that ends after the status code, without the space that RFC 9112 §4 demands of a server. Off.</summary>
    public bool AllowMissingReasonSpace { get; init; }

    /// <summary>
    /// Hands over heads with transfer codings besides chunked, such as <c>gzip, chunked</c>: the caller decodes them. Off, and they are
    /// <see cref="Http1ProtocolError.UnsupportedTransferCoding"/>.
    /// </summary>
    public bool AllowOtherTransferCodings { get; init; }

    private static int AtLeast(int least, int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }
}
