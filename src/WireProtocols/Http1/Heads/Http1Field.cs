namespace WireProtocols.Http1;

/// <summary>One field line of a head (RFC 9112 §5).</summary>
/// <param name="name">The field name as it was sent.</param>
/// <param name="value">The field line value without the white space around it.</param>
public readonly ref struct Http1Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>The field name, a token, in the case it was sent in; compare it without regard to ASCII case.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The field line value without the white space around it. Bytes above 0x7F are opaque.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}
