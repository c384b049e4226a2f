using System.Text;

namespace WireProtocols.Http1;

/// <summary>A response head that may be kept: a copy of its bytes and where its parts are.</summary>
public sealed class OwnedHttp1ResponseHead
{
    private readonly byte[] _bytes;
    private readonly Http1FieldSlot[] _slots;
    private readonly Http1HeadLayout _layout;

    internal OwnedHttp1ResponseHead(byte[] bytes, Http1FieldSlot[] slots, Http1HeadLayout layout)
    {
        _bytes = bytes;
        _slots = slots;
        _layout = layout;
    }

    /// <summary>The head; its spans point into this object.</summary>
    public Http1ResponseHead Head => new(_bytes, _slots, in _layout);

    /// <summary>The head as it was sent.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The status code.</summary>
    public int StatusCode => Head.StatusCode;

    /// <summary>The value of the first field line of this name as a string (ISO 8859-1), or null.</summary>
    public string? GetField(ReadOnlySpan<byte> name)
        => Head.Fields.TryGetValue(name, out ReadOnlySpan<byte> value) ? Encoding.Latin1.GetString(value) : null;

    /// <summary>The head as text (ISO 8859-1).</summary>
    public override string ToString() => Encoding.Latin1.GetString(_bytes);
}
