using System.Globalization;

namespace WireProtocols.WebRtc;

/// <summary>What the numbers of chunks and parameters say: whether they are known, and what is done with those that are not.</summary>
public static class SctpTypes
{
    private const int ChunkSkipBit = 0x80;
    private const int ChunkReportBit = 0x40;
    private const int ParameterSkipBit = 0x8000;
    private const int ParameterReportBit = 0x4000;

    /// <summary>Whether the type is one of <see cref="SctpChunkType"/>.</summary>
    public static bool IsKnown(this SctpChunkType type)
        => type is (>= SctpChunkType.Data and <= SctpChunkType.CookieAck) or SctpChunkType.ShutdownComplete or SctpChunkType.Reconfig
            or SctpChunkType.ForwardTsn;

    /// <summary>Whether an endpoint that does not know the type goes on behind the chunk (RFC 9260 §3.2).</summary>
    public static bool SkipsWhenUnknown(this SctpChunkType type) => ((int)type & ChunkSkipBit) != 0;

    /// <summary>Whether an endpoint that does not know the type reports it in an ERROR (RFC 9260 §3.2).</summary>
    public static bool ReportsWhenUnknown(this SctpChunkType type) => ((int)type & ChunkReportBit) != 0;

    /// <summary>Whether the type is one of <see cref="SctpParameterType"/>.</summary>
    public static bool IsKnown(this SctpParameterType type)
        => type is SctpParameterType.HeartbeatInfo or (>= SctpParameterType.IPv4Address and <= SctpParameterType.CookiePreservative)
            or (>= SctpParameterType.HostNameAddress and <= SctpParameterType.AddIncomingStreams)
            or SctpParameterType.SupportedExtensions or SctpParameterType.ForwardTsnSupported;

    /// <summary>Whether an endpoint that does not know the type goes on behind the parameter (RFC 9260 §3.2.1).</summary>
    public static bool SkipsWhenUnknown(this SctpParameterType type) => ((int)type & ParameterSkipBit) != 0;

    /// <summary>Whether an endpoint that does not know the type reports it (RFC 9260 §3.2.1).</summary>
    public static bool ReportsWhenUnknown(this SctpParameterType type) => ((int)type & ParameterReportBit) != 0;

    /// <summary>The name in the registry, for instance <c>COOKIE ECHO</c>; the number where there is none here.</summary>
    public static string GetName(this SctpChunkType type) => type switch
    {
        SctpChunkType.Data => "DATA",
        SctpChunkType.Init => "INIT",
        SctpChunkType.InitAck => "INIT ACK",
        SctpChunkType.Sack => "SACK",
        SctpChunkType.Heartbeat => "HEARTBEAT",
        SctpChunkType.HeartbeatAck => "HEARTBEAT ACK",
        SctpChunkType.Abort => "ABORT",
        SctpChunkType.Shutdown => "SHUTDOWN",
        SctpChunkType.ShutdownAck => "SHUTDOWN ACK",
        SctpChunkType.Error => "ERROR",
        SctpChunkType.CookieEcho => "COOKIE ECHO",
        SctpChunkType.CookieAck => "COOKIE ACK",
        SctpChunkType.ShutdownComplete => "SHUTDOWN COMPLETE",
        SctpChunkType.Reconfig => "RE-CONFIG",
        SctpChunkType.ForwardTsn => "FORWARD-TSN",
        _ => ((int)type).ToString(CultureInfo.InvariantCulture),
    };
}
