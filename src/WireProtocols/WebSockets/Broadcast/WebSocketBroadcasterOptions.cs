namespace WireProtocols.WebSockets;

/// <summary>The bounds of a <see cref="WebSocketBroadcaster"/>.</summary>
public sealed class WebSocketBroadcasterOptions
{
    /// <summary>The defaults.</summary>
    public static WebSocketBroadcasterOptions Default { get; } = new();

    /// <summary>The most bytes of messages that may wait for one connection when another is published: more makes it a slow one. So one message may
    /// always wait, however long it is. The messages are shared; a waiting one counts 64 bytes besides its payload. The default is 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public long MaxWaitingBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>What happens to a connection that is slower than the broadcast. The default is <see cref="WebSocketSlowPolicy.Wait"/>.</summary>
    public WebSocketSlowPolicy SlowPolicy { get; init; }

    /// <summary>
    /// How long whoever publishes waits for slow connections under <see cref="WebSocketSlowPolicy.Wait"/>. A connection that had no room in all
    /// that time is closed, whether anybody still waits for it or not. In that time what waits is only bounded where publishers await what they
    /// publish. The default is 10 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than a timer can hold, which is a little less than 50 days.</exception>
    public TimeSpan Patience
    {
        get;
        init => field = WebSocketConnectionOptions.ForTimer(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
