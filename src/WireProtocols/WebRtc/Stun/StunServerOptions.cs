using System.Net;

namespace WireProtocols.WebRtc;

/// <summary>What a server of STUN says of itself. Immutable.</summary>
public sealed class StunServerOptions
{
    /// <summary>The defaults.</summary>
    public static StunServerOptions Default { get; } = new();

    /// <summary>The value of SOFTWARE, fewer than 128 characters; null to say nothing.</summary>
    public string? Software { get; init; }

    /// <summary>Called for each datagram: from whom, what was wrong with it, and whether it was answered. An exception ends the server.</summary>
    public Action<IPEndPoint, StunProtocolError, bool>? Received { get; init; }
}
