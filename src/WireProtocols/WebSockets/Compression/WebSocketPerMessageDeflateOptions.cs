namespace WireProtocols.WebSockets;

/// <summary>What an endpoint wants of permessage-deflate (RFC 7692 §7.1), as the side that offers or the side that answers.</summary>
public sealed class WebSocketPerMessageDeflateOptions
{
    /// <summary>The name of the extension.</summary>
    public const string ExtensionName = "permessage-deflate";

    /// <summary>The default of <see cref="Level"/>.</summary>
    public const int DefaultLevel = 2;

    /// <summary>The defaults: context takeover both ways, windows of 32 KiB.</summary>
    public static WebSocketPerMessageDeflateOptions Default { get; } = new();

    /// <summary>
    /// Asks that the server deflates every message for itself: better for memory, worse for size (<c>server_no_context_takeover</c>).
    /// </summary>
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

    /// <summary>
    /// zlib's level, 1 (fastest) to 9 (smallest). The default is 2: a quarter smaller than 1, and within a tenth of the smallest that can be had. A
    /// message that does not shrink is sent as it is, whatever the level, and those behind it are tried less often.
    /// </summary>
    /// <remarks>
    /// What is left of messages of 1 KiB and 16 KiB, each deflated by itself by the platform's zlib, and the time against that of level 1:
    /// <code>
    /// level    English text    JSON records    photograph       time
    ///   1      0.64   0.45     0.49   0.39     grows            1
    ///   2      0.48   0.34     0.38   0.29     0.89   0.87      2 to 5
    ///   6      0.48   0.32     0.36   0.26     0.89   0.87      3 to 10
    ///   9      0.48   0.32     0.36   0.26     0.90   0.86      5 to 20
    /// </code>
    /// </remarks>
    public int Level
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 9);
            field = value;
        }
    } = DefaultLevel;

    private static int Checked(int windowBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowBits, WebSocketDeflateParameters.MinDeflateWindowBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowBits, WebSocketDeflateParameters.MaxWindowBits);
        return windowBits;
    }
}
