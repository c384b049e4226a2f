namespace WireProtocols.WebRtc;

/// <summary>Sizes, limits and times of an association. Immutable.</summary>
public sealed class SctpAssociationOptions
{
    /// <summary>The defaults: those of RFC 9260 §16, and packets that every DTLS carrier takes.</summary>
    public static SctpAssociationOptions Default { get; } = new();

    /// <summary>The port of both ends. 5000.</summary>
    public int Port { get; init => field = Within(value, 1, ushort.MaxValue); } = 5000;

    /// <summary>The most bytes of a packet, 512 to 65535. 1200: "a conservative value" (RFC 8831 §5).</summary>
    public int MaxPacketSize { get; init => field = Within(value, 512, ushort.MaxValue); } = 1200;

    /// <summary>How many bytes of messages are held for the application, whole or in fragments. 256 KiB; at least 4096.</summary>
    public int ReceiveWindow { get; init => field = Within(value, 4096, int.MaxValue / 4); } = 256 * 1024;

    /// <summary>The longest message in bytes that is taken or sent; no longer than the window counts. 256 KiB.</summary>
    public int MaxMessageLength { get; init => field = Within(value, 1, int.MaxValue / 4); } = 256 * 1024;

    /// <summary>How many bytes wait to be sent or to be acknowledged before more are refused. 1 MiB.</summary>
    public int MaxBufferedBytes { get; init => field = Within(value, 1, int.MaxValue / 4); } = 1024 * 1024;

    /// <summary>How many streams each way. 1024; at most 65535.</summary>
    public int MaxStreams { get; init => field = Within(value, 1, ushort.MaxValue); } = 1024;

    /// <summary>How many fragments and messages are held, in case each is small. 16 Ki.</summary>
    public int MaxFragments { get; init => field = Within(value, 16, 65_535); } = 16 * 1024;

    /// <summary>RTO.Initial. 1 s.</summary>
    public TimeSpan InitialTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>RTO.Min. 1 s.</summary>
    public TimeSpan MinTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>RTO.Max. 60 s.</summary>
    public TimeSpan MaxTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(60);

    /// <summary>Max.Init.Retransmits. 8.</summary>
    public int MaxInitRetransmissions { get; init => field = Within(value, 0, 100); } = 8;

    /// <summary>Association.Max.Retrans. 10.</summary>
    public int MaxRetransmissions { get; init => field = Within(value, 0, 100); } = 10;

    /// <summary>HB.interval. 30 s.</summary>
    public TimeSpan HeartbeatInterval { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>SACK.Delay. 200 ms: at most 500 ms.</summary>
    public TimeSpan AcknowledgementDelay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMilliseconds(500));
            field = Positive(value);
        }
    } = TimeSpan.FromMilliseconds(200);

    /// <summary>Valid.Cookie.Life. 60 s.</summary>
    public TimeSpan CookieLifetime { get; init => field = Positive(value); } = TimeSpan.FromSeconds(60);

    private static int Within(int value, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }
}
