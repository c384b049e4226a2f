namespace WireProtocols.WebSockets;

/// <summary>What an endpoint wants of permessage-deflate (RFC 7692 §7.1), as the side that offers or the side that answers.</summary>
public sealed class WebSocketPerMessageDeflateOptions
{
    /// <summary>The name of the extension.</summary>
    public const string ExtensionName = "permessage-deflate";

    /// <summary>The defaults: context takeover both ways, windows of 32 KiB.</summary>
    public static WebSocketPerMessageDeflateOptions Default { get; } = new();

    /// <summary>Asks that the server deflates every message for itself: better for memory, worse for size (<c>server_no_context_takeover</c>).</summary>
    public bool ServerNoContextTakeover { get; init; }

    /// <summary>The client deflates every message for itself (<c>client_no_context_takeover</c>).</summary>
    public bool ClientNoContextTakeover { get; init; }

    /// <summary>The largest window of the server, as its logarithm: 9 to 15 (<c>server_max_window_bits</c>).</summary>
    public int ServerMaxWindowBits
    {
        get;
        init => field = Checked(value);
    } = WebSocketDeflateParameters.MaxWindowBits;

    /// <summary>The largest window of the client, as its logarithm: 9 to 15 (<c>client_max_window_bits</c>). A server can only ask for less than
    /// 15 where the client's offer has the parameter.</summary>
    public int ClientMaxWindowBits
    {
        get;
        init => field = Checked(value);
    } = WebSocketDeflateParameters.MaxWindowBits;

    /// <summary>Messages below this many bytes are sent as they are. The default is 64.</summary>
    public int Threshold
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 64;

    /// <summary>zlib's level, 1 (fastest, the default) to 9 (smallest).</summary>
    public int Level
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 9);
            field = value;
        }
    } = 1;

    private static int Checked(int windowBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowBits, WebSocketDeflateParameters.MinDeflateWindowBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowBits, WebSocketDeflateParameters.MaxWindowBits);
        return windowBits;
    }
}
