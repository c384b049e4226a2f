using System.Net.Security;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>How a <see cref="TransportListener"/> listens, and what its transports are.</summary>
public sealed class TransportListenerOptions
{
    /// <summary>The defaults.</summary>
    public static TransportListenerOptions Default { get; } = new();

    /// <summary>How many connections may wait to be accepted; 512.</summary>
    public int Backlog
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 512;

    /// <summary>Whether connections live on event loops where the system has them; true. Else each is a <see cref="SocketTransport"/>, whose handler
    /// may block.</summary>
    public bool UseEventLoops { get; init; } = true;

    /// <summary>How many bytes may wait for a peer to read before a flush waits for it; 0.</summary>
    public long MaxPending
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>What may wait for all peers together; null for no bound beside <see cref="MaxPending"/>.</summary>
    public MemoryBudget? Budget { get; init; }

    /// <summary>How to speak TLS; null for not at all.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>How long a TLS handshake may take; 10 s.</summary>
    public TimeSpan TlsTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>From whom a header of the PROXY protocol is expected, before TLS and anything else; null for from nobody.</summary>
    public ProxyListenerOptions? ProxyProtocol { get; init; }

    /// <summary>How long a peer may take to read what a handler has left behind; 10 s. Its connection is reset then.</summary>
    public TimeSpan CloseTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of the time limits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Is told what a handler threw; its connection is reset. Null for nobody.</summary>
    public Action<Exception>? HandlerFailed { get; init; }
}
