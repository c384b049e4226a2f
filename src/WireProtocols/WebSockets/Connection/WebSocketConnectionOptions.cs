namespace WireProtocols.WebSockets;

/// <summary>How a connection behaves once the opening handshake is done.</summary>
public sealed class WebSocketConnectionOptions
{
    /// <summary>What a timer can hold: a little less than 50 days.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private WebSocketKeepAliveRound? _round;

    /// <summary>The defaults.</summary>
    public static WebSocketConnectionOptions Default { get; } = new();

    /// <summary>The limits on what the peer sends.</summary>
    public WebSocketMessageOptions Messages { get; init; } = WebSocketMessageOptions.Default;

    /// <summary>What this end wants of permessage-deflate in the opening handshake, and how it compresses; null for no compression.</summary>
    public WebSocketPerMessageDeflateOptions? Deflate { get; init; }

    /// <summary>How long the connection may be silent before this end sends a
    /// Ping; <see cref="TimeSpan.Zero"/> for never. The default is 30 s.</summary>
    public TimeSpan KeepAliveInterval
    {
        get;
        init => field = ForTimer(value);
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long after such a Ping the peer may stay silent before the connection
    /// is dropped. It only runs while this end is reading. The default is 20 s.</summary>
    public TimeSpan KeepAliveTimeout
    {
        get;
        init => field = ForTimer(value);
    } = TimeSpan.FromSeconds(20);

    /// <summary>How long closing may take: the message under way, the peer's Close, the end of the transport. The default is 5 s.</summary>
    public TimeSpan CloseTimeout
    {
        get;
        init => field = ForTimer(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>How long a peer may read nothing while something is sent to it before the connection
    /// is dropped; <see cref="Timeout.InfiniteTimeSpan"/> for ever. The default is 30 s. A transport
    /// that tells of its progress (<see cref="WireProtocols.Buffers.IWireTransport"/>) may take
    /// longer for one send as long as there is some; over others this bounds each flush.</summary>
    public TimeSpan SendTimeout
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan ? value : ForTimer(value);
    } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of messages may wait behind a peer that does not read before the connection is dropped; one message may always wait,
    /// however long it is. The default is 16 MiB.</summary>
    public long MaxQueuedBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 16 * 1024 * 1024;

    /// <summary>Whether a Ping is answered with a Pong as the receiver comes upon it (RFC 6455 §5.5.2). A relay that hands Pings on
    /// (<see cref="ShowControlFrames"/>) leaves the answer to the other end. The default is true.</summary>
    public bool AnswersPings { get; init; } = true;

    /// <summary>Whether a Close is answered as the receiver comes upon it (RFC 6455 §5.5.1). Where it is not, the answer is
    /// <see cref="WebSocketConnection.CloseOutputAsync"/>, <see cref="WebSocketConnection.CloseAsync"/>,
    /// <see cref="WebSocketConnection.SendControlAsync"/> or the disposal. The default is true.</summary>
    public bool AnswersClose { get; init; } = true;

    /// <summary>Whether <see cref="WebSocketConnection.TryRead"/> hands out Ping and Pong too, and the Close where <see cref="AnswersClose"/> is off.
    /// Pings are answered all the same, unless <see cref="AnswersPings"/> is off.</summary>
    public bool ShowControlFrames { get; init; }

    /// <summary>Whether completing the transport's output leaves its input open, as a socket does. Where it does not (Kestrel's connections), the
    /// input is drained for a moment before the output is completed.</summary>
    public bool CanHalfClose { get; init; } = true;

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The timer of the keep-alive, shared by all connections with the same clock and interval; null where there is no keep-alive.</summary>
    internal WebSocketKeepAliveRound? KeepAliveRound
        => KeepAliveInterval == TimeSpan.Zero ? null : _round ??= WebSocketKeepAliveRound.For(TimeProvider, KeepAliveInterval);

    internal static TimeSpan ForTimer(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestTime);
        return value;
    }
}
