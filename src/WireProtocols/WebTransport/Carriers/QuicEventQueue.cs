using System.Threading.Channels;

namespace WireProtocols.WebTransport;

/// <summary>Who is told that the data of an event are done with.</summary>
internal interface IQuicLender
{
    void Return();
}

/// <summary>
/// The events of one carrier in their order, for one reader. It refuses none, so that neither a reset nor the close is ever lost: a stream adds its
/// next data when its last are done with, datagrams beyond their limit are dropped, and whoever takes a stream of the peer's looks first whether too
/// much waits (<see cref="IsOverfull"/>).
/// </summary>
internal sealed class QuicEventQueue(QuicCarrierOptions options)
{
    private readonly Channel<(QuicEvent Item, IQuicLender? Lender)> _channel
        = Channel.CreateUnbounded<(QuicEvent, IQuicLender?)>(new UnboundedChannelOptions { SingleReader = true });

    private IQuicLender? _lender;
    private int _datagrams;
    private int _others;
    private int _hasEnded;

    /// <summary>The end of a connection whose peer did more than was read.</summary>
    public static QuicEvent Overload => new()
    {
        Kind = QuicEventKind.Close,
        ErrorCode = WebTransportErrorCode.ExcessiveLoad,
        Cause = QuicCloseCause.Overload,
        Reason = "too many events wait to be read",
    };

    /// <summary>True where more waits than may: the connection is to be closed.</summary>
    public bool IsOverfull => Volatile.Read(ref _others) > options.MaxWaitingEvents;

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead(out QuicEvent item)
    {
        IQuicLender? last = _lender;
        _lender = null;
        last?.Return();
        if (!_channel.Reader.TryRead(out (QuicEvent Item, IQuicLender? Lender) next))
        {
            item = default;
            return false;
        }

        Interlocked.Decrement(ref (next.Item.Kind == QuicEventKind.Datagram ? ref _datagrams : ref _others));
        (item, _lender) = next;
        return true;
    }

    /// <summary>Adds what has come.</summary>
    /// <param name="item">The event.</param>
    /// <param name="lender">Whose memory its data are, or null.</param>
    /// <returns>False where nobody reads any more; the memory is the caller's then.</returns>
    public bool TryAdd(in QuicEvent item, IQuicLender? lender = null)
    {
        Interlocked.Increment(ref _others);
        return _channel.Writer.TryWrite((item, lender));
    }

    /// <summary>Adds a datagram, where there is room for one.</summary>
    public void AddDatagram(ReadOnlySpan<byte> datagram)
    {
        if (Interlocked.Increment(ref _datagrams) > options.MaxWaitingDatagrams
            || !_channel.Writer.TryWrite((new QuicEvent { Kind = QuicEventKind.Datagram, Data = datagram.ToArray() }, null)))
        {
            Interlocked.Decrement(ref _datagrams);
        }
    }

    /// <summary>Adds the end of the connection, the first time; nothing is added after it.</summary>
    public void End(in QuicEvent close)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            TryAdd(close);
            _channel.Writer.TryComplete();
        }
    }

    /// <summary>This side has ended the connection: nothing is added any more.</summary>
    public void End()
    {
        Interlocked.Exchange(ref _hasEnded, 1);
        _channel.Writer.TryComplete();
    }
}
