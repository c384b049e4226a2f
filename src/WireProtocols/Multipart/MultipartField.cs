using System.Text;

namespace WireProtocols.Multipart;

/// <summary>A field of the head of a part. Its slices are lent.</summary>
public readonly ref struct MultipartField
{
    internal MultipartField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The name, in the case in which it was sent.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value without white space at its ends.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>A copy that may be kept. The value is taken for UTF-8; what is none becomes U+FFFD.</summary>
    public OwnedMultipartField ToOwned() => new(Encoding.ASCII.GetString(Name), Encoding.UTF8.GetString(Value));
}
