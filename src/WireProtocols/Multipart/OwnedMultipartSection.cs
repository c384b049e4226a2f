namespace WireProtocols.Multipart;

/// <summary>A whole part of a multipart body that may be kept.</summary>
public sealed class OwnedMultipartSection
{
    internal OwnedMultipartSection(long offset, IReadOnlyList<OwnedMultipartField> fields, ReadOnlyMemory<byte> body)
    {
        Offset = offset;
        Fields = fields;
        Body = body;
    }

    /// <summary>Where the boundary before it began, with its hyphens, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The fields in the order in which they were sent.</summary>
    public IReadOnlyList<OwnedMultipartField> Fields { get; }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The value of the first field of a name, in whatever case, or null.</summary>
    public string? GetField(string name) => Fields.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;
}
