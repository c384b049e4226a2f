namespace WireProtocols.WebTransport;

/// <summary>How capsules are read. Immutable.</summary>
public sealed class CapsuleOptions
{
    /// <summary>The newest dialect, every group known, unknown types skipped.</summary>
    public static CapsuleOptions Default { get; } = new();

    /// <summary>The dialect: which WT_STREAM finishes a stream, and whether WT_RESET_STREAM has a reliable size.</summary>
    public WebTransportDialect Dialect { get; init; } = WebTransportDialect.Draft15;

    /// <summary>The groups of types that are known.</summary>
    public CapsuleGroups Groups { get; init; } = CapsuleGroups.All;

    /// <summary>
    /// True to skip unknown types: "Endpoints that receive a Capsule with an unknown Capsule Type MUST silently drop that Capsule and skip
    /// over it to parse the next Capsule" (RFC 9297 §3.2). False hands them out, for intermediaries and tools.
    /// </summary>
    public bool SkipUnknown { get; init; } = true;

    /// <summary>
    /// The largest capsule in bytes of value that <see cref="CapsuleReader.ReadAllAsync"/> gathers; a larger one is dropped: one "known to
    /// be so large as to not be usable" is discarded "without buffering its contents into memory" (RFC 9297 §3.5). 64 KiB.
    /// </summary>
    public int MaxGatheredSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
    = 64 * 1024;
}
