namespace WireProtocols.Http1;

/// <summary>Decodes response heads (RFC 9112 §4) from bytes in any split.</summary>
public sealed class Http1ResponseDecoder : Http1HeadDecoder<Http1ResponseHead>
{
    private readonly Http1StatusLine _statusLine;

    /// <summary>Makes a decoder.</summary>
    /// <param name="options">Limits and leniencies; null for the defaults.</param>
    public Http1ResponseDecoder(Http1Options? options = null)
        : this(Http1HeadParser.OfResponses(options ?? Http1Options.Default, out Http1StatusLine statusLine), statusLine)
    {
    }

    private Http1ResponseDecoder(Http1HeadParser parser, Http1StatusLine statusLine)
        : base(parser) => _statusLine = statusLine;

    /// <summary>
    /// Whether the next head answers a CONNECT request: "A client MUST ignore any Content-Length or Transfer-Encoding header fields received in"
    /// a 2xx to it (RFC 9112 §6.3), whatever they say. Off. To be set before the first byte of the head.
    /// </summary>
    public bool AnswersConnect
    {
        get => _statusLine.AnswersConnect;
        set => _statusLine.AnswersConnect = value;
    }

    private protected override Http1ResponseHead CreateHead(ReadOnlySpan<byte> bytes, ReadOnlySpan<Http1FieldSlot> slots, in Http1HeadLayout layout)
        => new(bytes, slots, layout);
}
