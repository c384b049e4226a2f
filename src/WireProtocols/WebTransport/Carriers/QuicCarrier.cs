namespace WireProtocols.WebTransport;

/// <summary>Makes carriers that need no network.</summary>
public static class QuicCarrier
{
    /// <summary>
    /// Creates two carriers, each the other's far end: what one sends, the other receives, through a network that loses, delays and
    /// reorders as the options say. As with QUIC, the bytes of one stream arrive in order and whole, a datagram arrives or not, and nothing
    /// is promised about the order of different streams and datagrams.
    /// </summary>
    /// <param name="options">The network; one without a fault and without delay where null.</param>
    /// <remarks>
    /// Without delay and faults everything arrives at once and in the order in which it was sent. A flush never waits, and what is not read is
    /// held; <see cref="IQuicOutput.GetRoom"/> says when that is too much. The end that is disposed of sends nothing more; what it sent before
    /// arrives, and then the other end has nothing more to read.
    /// </remarks>
    public static (IQuicCarrier First, IQuicCarrier Second) CreatePair(QuicPairOptions? options = null)
    {
        options ??= new QuicPairOptions();
        PairInbox first = new();
        PairInbox second = new();
        PairLink toSecond = new(options, direction: 0, second);
        PairLink toFirst = new(options, direction: 1, first);
        PairCarrier firstEnd = new(options, toSecond, first);
        PairCarrier secondEnd = new(options, toFirst, second);
        first.HasRead = secondEnd.OnRead;
        second.HasRead = firstEnd.OnRead;
        return (firstEnd, secondEnd);
    }
}
