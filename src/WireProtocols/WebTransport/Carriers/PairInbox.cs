using System.Threading.Channels;

namespace WireProtocols.WebTransport;

/// <summary>What has arrived at one end of a pair: streams put together, and the events that wait to be read.</summary>
internal sealed class PairInbox
{
    private readonly Channel<QuicEvent> _events = Channel.CreateUnbounded<QuicEvent>();
    private readonly Lock _gate = new();
    private readonly Dictionary<long, PairStream> _streams = [];

    /// <summary>Told how many bytes of a stream have been read.</summary>
    public Action<long, int>? HasRead { get; set; }

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next event, in the order in which they became whole.</summary>
    public bool TryRead(out QuicEvent item)
    {
        bool isRead = _events.Reader.TryRead(out item);
        if (isRead && item.Kind == QuicEventKind.Stream)
        {
            HasRead?.Invoke(item.StreamId, item.Data.Length);
        }

        return isRead;
    }

    /// <summary>Something that this end tells itself.</summary>
    public void Add(in QuicEvent item) => _events.Writer.TryWrite(item);

    /// <summary>Takes in a packet. The link calls this for one packet at a time.</summary>
    public void Deliver(in PairPacket packet)
    {
        lock (_gate)
        {
            Take(packet);
        }
    }

    /// <summary>Holds what comes on a stream back, or lets it through.</summary>
    public void SetReceiving(long streamId, bool isReceiving)
    {
        lock (_gate)
        {
            PairStream stream = Find(streamId);
            stream.IsPaused = !isReceiving;
            PassOn(stream);
        }
    }

    /// <summary>Nothing arrives any more. What has arrived can still be read.</summary>
    public void End() => _events.Writer.TryComplete();

    private void Take(in PairPacket packet)
    {
        if (packet.IsEnd)
        {
            End();
            return;
        }

        if (packet.Item.Kind is not (QuicEventKind.Stream or QuicEventKind.Reset))
        {
            _events.Writer.TryWrite(packet.Item);
            if (packet.Item.Kind == QuicEventKind.Close)
            {
                End();
            }

            return;
        }

        PairStream stream = Find(packet.Item.StreamId);
        stream.Add(packet);
        PassOn(stream);
    }

    private PairStream Find(long streamId)
    {
        if (!_streams.TryGetValue(streamId, out PairStream? stream))
        {
            _streams.Add(streamId, stream = new PairStream());
        }

        return stream;
    }

    private void PassOn(PairStream stream)
    {
        while ((!stream.IsPaused || stream.HasReset) && stream.TryTake(out QuicEvent item))
        {
            _events.Writer.TryWrite(item);
        }
    }
}
