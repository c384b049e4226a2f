using System.Runtime.CompilerServices;

namespace WireProtocols.Http1;

/// <summary>
/// A response's status-line and fields (RFC 9112 §4 and §5), checked by every rule of <see cref="Http1ProtocolError"/>. The spans point into
/// the bytes the head was decoded from, or into the decoder's scratch; they live until its next call. <c>ToOwned</c> makes a lasting copy.
/// </summary>
public readonly ref struct Http1ResponseHead
{
    private readonly ReadOnlySpan<Http1FieldSlot> _slots;
    private readonly ref readonly Http1HeadLayout _layout;

    internal Http1ResponseHead(ReadOnlySpan<byte> bytes, ReadOnlySpan<Http1FieldSlot> slots, in Http1HeadLayout layout)
    {
        Bytes = bytes;
        _slots = slots;
        _layout = ref layout;
    }

    /// <summary>The head as it was sent, from the version to the empty line.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The status code, 0 to 999: three digits are the grammar; what is not 100 to 599 is to be treated as 5xx (RFC 9110 §15).</summary>
    public int StatusCode => Layout.StatusCode;

    /// <summary>The reason phrase, perhaps empty. It means nothing (RFC 9112 §4).</summary>
    public ReadOnlySpan<byte> Reason => Bytes.Slice(Layout.ReasonStart, Layout.ReasonLength);

    /// <summary>The digit after <c>HTTP/1.</c>; above 1 it is to be treated as 1 (RFC 9110 §6.2).</summary>
    public int MinorVersion => Layout.MinorVersion;

    /// <summary>The fields.</summary>
    public Http1Fields Fields => new(Bytes, _slots);

    /// <summary>The value of Content-Length, null when there is none.</summary>
    public long? ContentLength => Layout.Framing.ContentLength < 0 ? null : Layout.Framing.ContentLength;

    /// <summary>True when there is a Transfer-Encoding field. A body that is not chunked then ends with the connection (RFC 9112 §6.3).</summary>
    public bool HasTransferEncoding => Layout.Framing.HasTransferEncoding;

    /// <summary>True when the body, if there is one, is chunked: the last transfer coding is.</summary>
    public bool IsChunked => Layout.Framing.IsChunked;

    /// <summary>The transfer codings in the order they were applied, with their parameters.</summary>
    public Http1FieldElements TransferCodings => Fields.GetElements("transfer-encoding"u8);

    /// <summary>True when neither version nor Connection field say that the connection closes after this response (RFC 9112 §9.3).</summary>
    public bool IsKeepAlive => Http1Persistence.IsKeepAlive(Fields, MinorVersion);

    /// <summary>True when the Connection field has this option, compared without regard to ASCII case (RFC 9110 §7.6.1).</summary>
    public bool HasConnectionOption(ReadOnlySpan<byte> option) => Fields.ContainsElement("connection"u8, option);

    internal ReadOnlySpan<Http1FieldSlot> Slots => _slots;

    internal ref readonly Http1HeadLayout Layout => ref Unsafe.IsNullRef(in _layout) ? ref Http1HeadLayout.None : ref _layout;
}
