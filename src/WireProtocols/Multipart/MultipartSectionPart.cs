namespace WireProtocols.Multipart;

/// <summary>
/// A piece of a part of a multipart body. The first comes as soon as the head is there, even when it holds nothing of the body; the last when the
/// boundary behind the part is. Slices are valid until the next call of the decoder or reader.
/// </summary>
public readonly ref struct MultipartSectionPart
{
    private readonly MultipartPartFlags _flags;

    internal MultipartSectionPart(long offset, MultipartPartFlags flags, MultipartFields fields, ReadOnlySpan<byte> body)
    {
        Offset = offset;
        _flags = flags;
        Fields = fields;
        Body = body;
    }

    /// <summary>Where the boundary before the part begins, with its hyphens, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The fields of the part, in its first piece; none in the others.</summary>
    public MultipartFields Fields { get; }

    /// <summary>The bytes of the body in this piece.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>True for the first piece of the part.</summary>
    public bool IsFirst => (_flags & MultipartPartFlags.First) != 0;

    /// <summary>True for the last piece of the part.</summary>
    public bool IsLast => (_flags & MultipartPartFlags.Last) != 0;
}

[Flags]
internal enum MultipartPartFlags
{
    None = 0,
    First = 1,
    Last = 2,
}
