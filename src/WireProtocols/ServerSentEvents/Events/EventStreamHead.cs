namespace WireProtocols.ServerSentEvents;

/// <summary>The first eight bytes of a line as a little-endian integer: a name with its colon is compared at once, and the byte behind the colon says
/// where the value starts ("If value starts with a U+0020 SPACE character, remove it from value", HTML §9.2.6).</summary>
internal static class EventStreamHead
{
    public const int Length = sizeof(ulong);

    public static bool IsData(ulong head) => (head & 0xFF_FFFF_FFFF) == 0x3A_6174_6164;

    public static bool IsEvent(ulong head) => (head & 0xFFFF_FFFF_FFFF) == 0x3A74_6E65_7665;

    public static bool IsId(ulong head) => (head & 0xFF_FFFF) == 0x3A_6469;

    public static int DataStart(ulong head) => (byte)(head >> 40) == ' ' ? 6 : 5;

    public static int EventStart(ulong head) => (byte)(head >> 48) == ' ' ? 7 : 6;

    public static int IdStart(ulong head) => (byte)(head >> 24) == ' ' ? 4 : 3;
}
