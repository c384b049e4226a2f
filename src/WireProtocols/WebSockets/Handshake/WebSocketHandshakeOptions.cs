namespace WireProtocols.WebSockets;

/// <summary>Limits of what a handshake may offer.</summary>
public sealed class WebSocketHandshakeOptions
{
    /// <summary>The defaults.</summary>
    public static WebSocketHandshakeOptions Default { get; } = new();

    /// <summary>The most subprotocols; 64.</summary>
    public int MaxSubprotocols { get; init => field = NotNegative(value); } = 64;

    /// <summary>The most extensions; 16.</summary>
    public int MaxExtensions { get; init => field = NotNegative(value); } = 16;

    /// <summary>The most parameters of one extension; 16.</summary>
    public int MaxExtensionParameters { get; init => field = NotNegative(value); } = 16;

    private static int NotNegative(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }
}
