namespace WireProtocols.WebSockets;

/// <summary>What transports throw when they are gone is theirs to choose, so whatever comes out of a call of theirs means that.</summary>
internal static class WebSocketTransportFailure
{
    /// <summary>True for all but the errors of a protocol below, which are a peer's and keep their name.</summary>
    public static bool Is(Exception exception) => exception is not WireProtocolException;
}
