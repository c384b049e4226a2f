namespace WireProtocols.ProxyProtocol;

/// <summary>Which headers are accepted. Immutable.</summary>
public sealed class ProxyHeaderOptions
{
    /// <summary>The defaults: both versions.</summary>
    public static ProxyHeaderOptions Default { get; } = new();

    /// <summary>Whether the line of version 1 is accepted. On: "it is recommended that they also implement the human-readable header format"
    /// (proxy-protocol §2).</summary>
    public bool AcceptVersion1 { get; init; } = true;

    /// <summary>Whether the binary header of version 2 is accepted. On.</summary>
    public bool AcceptVersion2 { get; init; } = true;

    /// <summary>The longest header in bytes, TLVs included; at least 107, which a line may have. 4 KiB by default, which holds a certificate of a
    /// client; version 2 has room for 65,551.</summary>
    public int MaxLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, ProxyHeader.MaxLineLength);
            field = value;
        }
    } = 4 * 1024;
}
