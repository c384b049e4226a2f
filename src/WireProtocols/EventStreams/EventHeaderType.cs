namespace WireProtocols.EventStreams;

/// <summary>The types of headers; "the set of types is fixed and not open to extension" (amazon-eventstream §Headers Format).</summary>
public enum EventHeaderType
{
    /// <summary>True; no bytes follow.</summary>
    True = 0,

    /// <summary>False; no bytes follow.</summary>
    False = 1,

    /// <summary>A signed integer of one byte.</summary>
    Byte = 2,

    /// <summary>A signed integer of two bytes.</summary>
    Short = 3,

    /// <summary>A signed integer of four bytes.</summary>
    Integer = 4,

    /// <summary>A signed integer of eight bytes.</summary>
    Long = 5,

    /// <summary>Bytes, behind their length in two bytes.</summary>
    ByteArray = 6,

    /// <summary>UTF-8, behind its length in two bytes.</summary>
    String = 7,

    /// <summary>Milliseconds since the beginning of 1970 (UTC), a signed integer of eight bytes.</summary>
    Timestamp = 8,

    /// <summary>A UUID of sixteen bytes (RFC 9562).</summary>
    Uuid = 9,
}
