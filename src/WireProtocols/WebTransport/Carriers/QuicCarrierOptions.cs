namespace WireProtocols.WebTransport;

/// <summary>What a carrier over a QUIC stack holds at most. Immutable.</summary>
public sealed record QuicCarrierOptions
{
    /// <summary>
    /// How many bytes may wait on one stream before it has no room (<see cref="IQuicOutput.GetRoom"/>). 256 KiB.
    /// </summary>
    public int StreamRoom { get; init => field = Positive(value); } = 256 * 1024;

    /// <summary>How many bytes may wait on all streams together before <see cref="IQuicCarrier.FlushAsync"/> waits. 16 MiB.</summary>
    public int ConnectionRoom { get; init => field = Positive(value); } = 16 * 1024 * 1024;

    /// <summary>How many datagrams wait to be read at most; more are lost. 4096.</summary>
    public int MaxWaitingDatagrams { get; init => field = Positive(value); } = 4096;

    /// <summary>
    /// How many other events wait to be read at most. A peer that opens streams and is over with them adds one after the other, whatever the limits
    /// of streams, while nobody reads: the connection is closed then with H3_EXCESSIVE_LOAD (<see cref="QuicCloseCause.Overload"/>). 65536.
    /// </summary>
    public int MaxWaitingEvents { get; init => field = Positive(value); } = 64 * 1024;

    /// <summary>How long disposing of a carrier waits for what was sent to arrive, and then for the peer to close. 1 s.</summary>
    public TimeSpan DrainTimeout { get; init => field = NotNegative(value); } = TimeSpan.FromSeconds(1);

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
