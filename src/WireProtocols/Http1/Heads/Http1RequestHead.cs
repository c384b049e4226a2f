using System.Runtime.CompilerServices;

namespace WireProtocols.Http1;

/// <summary>
/// A request's start-line and fields (RFC 9112 §3 and §5), checked by every rule of <see cref="Http1ProtocolError"/>. The spans point into the
/// bytes the head was decoded from, or into the decoder's scratch; they live until its next call. <c>ToOwned</c> makes a lasting copy.
/// </summary>
public readonly ref struct Http1RequestHead
{
    private readonly ReadOnlySpan<Http1FieldSlot> _slots;
    private readonly ref readonly Http1HeadLayout _layout;

    internal Http1RequestHead(ReadOnlySpan<byte> bytes, ReadOnlySpan<Http1FieldSlot> slots, in Http1HeadLayout layout)
    {
        Bytes = bytes;
        _slots = slots;
        _layout = ref layout;
    }

    /// <summary>The head as it was sent, from the method to the empty line.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The method, case-sensitive.</summary>
    public ReadOnlySpan<byte> Method => Bytes[..Layout.MethodLength];

    /// <summary>The request-target as it was sent.</summary>
    public ReadOnlySpan<byte> Target => Bytes.Slice(Layout.TargetStart, Layout.TargetLength);

    /// <summary>Which of the four forms the target has.</summary>
    public Http1TargetForm TargetForm => Layout.TargetForm;

    /// <summary>The digit after <c>HTTP/1.</c>; above 1 it is to be treated as 1 (RFC 9110 §6.2).</summary>
    public int MinorVersion => Layout.MinorVersion;

    /// <summary>The fields.</summary>
    public Http1Fields Fields => new(Bytes, _slots);

    /// <summary>The path of the target, still percent-encoded; empty in authority-form and asterisk-form.</summary>
    public ReadOnlySpan<byte> Path
    {
        get
        {
            Http1Target.Split(Target, TargetForm, out _, out ReadOnlySpan<byte> path, out _);
            return path;
        }
    }

    /// <summary>The query of the target, behind its question mark; empty when there is none.</summary>
    public ReadOnlySpan<byte> Query
    {
        get
        {
            Http1Target.Split(Target, TargetForm, out _, out _, out ReadOnlySpan<byte> query);
            return query;
        }
    }

    /// <summary>
    /// The host and perhaps port that the request is for: of the target when that is a URI or an authority (RFC 9112 §3.2.2: the Host field is
    /// ignored then), else the Host field. Empty when neither says it.
    /// </summary>
    public ReadOnlySpan<byte> Authority
    {
        get
        {
            Http1Target.Split(Target, TargetForm, out ReadOnlySpan<byte> authority, out _, out _);
            return TargetForm is Http1TargetForm.Absolute or Http1TargetForm.Authority ? authority : Host;
        }
    }

    /// <summary>The Host field; empty when it is, or when there is none, which only HTTP/1.0 allows.</summary>
    public ReadOnlySpan<byte> Host => Fields.TryGetValue("host"u8, out ReadOnlySpan<byte> host) ? host : default;

    /// <summary>The value of Content-Length, null when there is none.</summary>
    public long? ContentLength => Layout.Framing.ContentLength < 0 ? null : Layout.Framing.ContentLength;

    /// <summary>True when the body is chunked: the last transfer coding is. A request with transfer codings always is.</summary>
    public bool IsChunked => Layout.Framing.IsChunked;

    /// <summary>The transfer codings in the order they were applied, with their parameters.</summary>
    public Http1FieldElements TransferCodings => Fields.GetElements("transfer-encoding"u8);

    /// <summary>True when the connection may be used for another request after this one (RFC 9112 §9.3).</summary>
    public bool IsKeepAlive => Http1Persistence.IsKeepAlive(Fields, MinorVersion);

    /// <summary>True when the Connection field has this option, compared without regard to ASCII case (RFC 9110 §7.6.1).</summary>
    public bool HasConnectionOption(ReadOnlySpan<byte> option) => Fields.ContainsElement("connection"u8, option);

    internal ReadOnlySpan<Http1FieldSlot> Slots => _slots;

    internal ref readonly Http1HeadLayout Layout => ref Unsafe.IsNullRef(in _layout) ? ref Http1HeadLayout.None : ref _layout;
}
