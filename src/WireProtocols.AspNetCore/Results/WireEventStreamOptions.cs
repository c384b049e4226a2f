using WireProtocols.ServerSentEvents;

namespace WireProtocols.AspNetCore;

/// <summary>How an event stream is sent.</summary>
public sealed class WireEventStreamOptions
{
    /// <summary>The defaults.</summary>
    public static WireEventStreamOptions Default { get; } = new();

    /// <summary>How long nothing may be sent before a comment is: proxies end a response that is silent for a minute, and a server learns of a client
    /// that has gone by writing. The default is 15 s.</summary>
    public TimeSpan HeartbeatInterval
    {
        get;
        init
        {
            _ = new EventStreamWriterOptions { HeartbeatInterval = value };
            field = value;
        }
    } = TimeSpan.FromSeconds(15);

    /// <summary>What the client is told to wait before it comes back; null for nothing, so that it takes its own time.</summary>
    public TimeSpan? ReconnectionTime { get; init; }
}
