using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>What this side of a connection announces and holds. Immutable.</summary>
public record MsQuicOptions
{
    /// <summary>The application protocols, most preferred first (RFC 7301). <c>h3</c>.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = ["h3"];

    /// <summary>
    /// How many bidirectional streams the peer may have open. 400: Chromium fails to create one more instead of waiting, so a small number
    /// shows; with the others it has to fit into <see cref="WebTransportConnectionOptions.MaxStreams"/>.
    /// </summary>
    public int MaxBidirectionalStreams { get; init => field = StreamCount(value); } = 400;

    /// <summary>How many unidirectional streams the peer may have open, the three of HTTP/3 among them. 400.</summary>
    public int MaxUnidirectionalStreams { get; init => field = StreamCount(value); } = 400;

    /// <summary>After how long without a packet the connection is over; zero for never. 30 s.</summary>
    public TimeSpan IdleTimeout { get; init => field = NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long the handshake may make no progress. 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init => field = NotNegative(value); } = TimeSpan.FromSeconds(10);

    /// <summary>How often a packet is sent where nothing else is, so that the connection stays; zero for never. 0.</summary>
    public TimeSpan KeepAlive { get; init => field = NotNegative(value); }

    /// <summary>How many bytes of one stream the peer may have under way; a power of two. 512 KiB.</summary>
    public int StreamWindow { get; init => field = PowerOfTwo(value); } = 512 * 1024;

    /// <summary>How many bytes of all streams together the peer may have under way. 16 MiB.</summary>
    public int ConnectionWindow { get; init => field = Positive(value); } = 16 * 1024 * 1024;

    /// <summary>What a carrier holds at most.</summary>
    public QuicCarrierOptions Carrier { get; init; } = new();

    private static int StreamCount(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue);
        return value;
    }

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }

    private static int PowerOfTwo(int value)
        => int.IsPow2(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The window of a stream is a power of two.");

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
