namespace WireProtocols.WebRtc;

/// <summary>A gap block of SACK: what arrived behind a gap, counted from the cumulative TSN (RFC 9260 §3.3.4).</summary>
/// <param name="Start">The first that arrived.</param>
/// <param name="End">The last, not below <paramref name="Start"/>.</param>
public readonly record struct SctpGap(ushort Start, ushort End);
