namespace WireProtocols.EventStreams;

/// <summary>What the format itself allows at most, in bytes (amazon-eventstream §Message Format, §Headers Format).</summary>
internal static class EventMessageLimits
{
    /// <summary>"The payload of a message MUST NOT exceed 25,165,824 bytes (24 MB)."</summary>
    public const int PayloadLength = 25_165_824;

    /// <summary>"The encoded headers of a message MUST NOT exceed 131,072 bytes (128 kB)."</summary>
    public const int HeadersLength = 131_072;

    /// <summary>"utf8 name&lt;1..255&gt;".</summary>
    public const int NameLength = 255;

    /// <summary>"byte data&lt;1..2^15-1&gt;", "utf8 data&lt;1..2^15-1&gt;".</summary>
    public const int ValueLength = 32_767;
}
