namespace WireProtocols.Http1;

/// <summary>Decodes request heads (RFC 9112 §3) from bytes in any split.</summary>
public sealed class Http1RequestDecoder : Http1HeadDecoder<Http1RequestHead>
{
    /// <summary>Makes a decoder.</summary>
    /// <param name="options">Limits and leniencies; null for the defaults.</param>
    public Http1RequestDecoder(Http1Options? options = null)
        : base(Http1HeadParser.OfRequests(options ?? Http1Options.Default))
    {
    }

    private protected override Http1RequestHead CreateHead(ReadOnlySpan<byte> bytes, ReadOnlySpan<Http1FieldSlot> slots, in Http1HeadLayout layout)
        => new(bytes, slots, layout);
}
