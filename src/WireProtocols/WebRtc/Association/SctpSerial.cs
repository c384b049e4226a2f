namespace WireProtocols.WebRtc;

/// <summary>Numbers that go round (RFC 1982, RFC 9260 §1.6).</summary>
internal static class SctpSerial
{
    /// <summary>Orders TSNs that are less than half the circle apart.</summary>
    public static IComparer<uint> Order { get; } = Comparer<uint>.Create((a, b) => (int)(a - b));

    /// <summary>Whether <paramref name="tsn"/> comes after <paramref name="other"/>.</summary>
    public static bool IsAfter(uint tsn, uint other) => (int)(tsn - other) > 0;

    /// <summary>Whether <paramref name="number"/> comes after <paramref name="other"/>.</summary>
    public static bool IsAfter(ushort number, ushort other) => (short)(number - other) > 0;
}
