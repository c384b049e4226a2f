namespace WireProtocols.WebTransport;

/// <summary>A line of a field section (RFC 9114 §4.2), or a pseudo-header field. Octets are characters, as in ISO 8859-1.</summary>
/// <param name="Name">The name, in lowercase; of pseudo-header fields with its colon.</param>
/// <param name="Value">The value.</param>
public readonly record struct Http3Field(string Name, string Value)
{
    /// <summary>The size that limits count: "the length of the name and value in bytes plus an overhead of 32 bytes" (RFC 9114 §4.2.2).</summary>
    public int Size => Name.Length + Value.Length + 32;
}
