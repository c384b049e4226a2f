namespace WireProtocols.WebRtc;

/// <summary>The methods of messages, 0 to 0xFFF. What stands here is RFC 8489's; others are numbers.</summary>
public static class StunMethod
{
    /// <summary>Binding: what address the server sees.</summary>
    public const int Binding = 1;

    /// <summary>The largest method.</summary>
    public const int Max = 0xFFF;
}
