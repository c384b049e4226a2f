namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>How a client asks for its session; each is allowed.</summary>
public enum WebTransportManner
{
    /// <summary>The request is the first on the connection, and begins with HEADERS.</summary>
    Plain,

    /// <summary>A frame of an unknown type stands before HEADERS (RFC 9114 §4.1).</summary>
    UnknownFrameFirst,

    /// <summary>Another request stands before that for the session, which is on another stream than 0.</summary>
    OtherRequestFirst,
}
