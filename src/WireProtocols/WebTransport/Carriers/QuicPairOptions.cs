namespace WireProtocols.WebTransport;

/// <summary>The network between the two ends of <see cref="QuicCarrier.CreatePair"/>. Immutable.</summary>
public sealed record QuicPairOptions
{
    /// <summary>How long a packet is on its way. 0.</summary>
    public TimeSpan Delay { get; init => field = NotNegative(value); }

    /// <summary>The share of packets that are lost, from 0 to 1. A datagram is then gone; anything else is sent again. 0.</summary>
    public double Loss { get; init => field = Share(value); }

    /// <summary>How much later than the first time a lost packet arrives that was sent again. 20 ms.</summary>
    public TimeSpan RetransmissionDelay { get; init => field = NotNegative(value); } = TimeSpan.FromMilliseconds(20);

    /// <summary>The share of packets that later ones overtake, from 0 to 1. 0.</summary>
    public double Reordering { get; init => field = Share(value); }

    /// <summary>How much later than the others a packet arrives that is overtaken. 5 ms.</summary>
    public TimeSpan ReorderingDelay { get; init => field = NotNegative(value); } = TimeSpan.FromMilliseconds(5);

    /// <summary>The most bytes of a stream that one packet carries. 1200.</summary>
    public int MaxPacketSize { get; init => field = Positive(value); } = 1200;

    /// <summary>How many bytes of a stream may be unread before it has no room (<see cref="IQuicOutput.GetRoom"/>). 256 KiB.</summary>
    public int StreamWindow { get; init => field = Positive(value); } = 256 * 1024;

    /// <summary>The largest datagram in bytes, or 0 where the ends have none. 1200.</summary>
    public int MaxDatagramSize { get; init => field = NotNegative(value); } = 1200;

    /// <summary>True where a reset delivers the reliable size (draft-ietf-quic-reliable-stream-reset). True.</summary>
    public bool SupportsReliableReset { get; init; } = true;

    /// <summary>What chooses the packets that are lost and overtaken: the same seed chooses the same ones. 0.</summary>
    public int Seed { get; init; }

    /// <summary>The clock. The system's.</summary>
    public TimeProvider TimeProvider { get; init => field = NotNull(value); } = TimeProvider.System;

    private static TimeProvider NotNull(TimeProvider value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }

    private static int NotNegative(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }

    private static double Share(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
        return value;
    }
}
