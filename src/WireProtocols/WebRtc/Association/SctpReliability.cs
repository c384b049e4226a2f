namespace WireProtocols.WebRtc;

/// <summary>How much is done for a message to arrive, and whether in order (RFC 3758, RFC 7496).</summary>
/// <param name="IsOrdered">Whether it arrives behind those that were sent before it on its stream.</param>
/// <param name="MaxRetransmissions">How often its fragments are sent again; null where that is not limited.</param>
/// <param name="Lifetime">How long it is worth sending; null where that is not limited.</param>
public readonly record struct SctpReliability(bool IsOrdered, int? MaxRetransmissions = null, TimeSpan? Lifetime = null)
{
    /// <summary>In order, and for certain.</summary>
    public static SctpReliability Ordered => new(true);

    /// <summary>For certain, in any order.</summary>
    public static SctpReliability Unordered => new(false);
}
