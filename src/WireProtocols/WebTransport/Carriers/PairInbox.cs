using System.Threading.Channels;

namespace WireProtocols.WebTransport;

/// <summary>What has arrived at one end of a pair: streams put together, and the events that wait to be read.</summary>
internal sealed class PairInbox
{
    private readonly Channel<QuicEvent> _events = Channel.CreateUnbounded<QuicEvent>();
    private readonly Dictionary<long, PairStream> _streams = [];

    /// <summary>The events in the order in which they became whole.</summary>
    public ChannelReader<QuicEvent> Events => _events.Reader;

    /// <summary>Takes in a packet. The link calls this for one packet at a time.</summary>
    public void Deliver(in PairPacket packet)
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

        if (!_streams.TryGetValue(packet.Item.StreamId, out PairStream? stream))
        {
            _streams.Add(packet.Item.StreamId, stream = new PairStream());
        }

        stream.Add(packet);
        while (stream.TryTake(out QuicEvent item))
        {
            _events.Writer.TryWrite(item);
        }
    }

    /// <summary>Nothing arrives any more. What has arrived can still be read.</summary>
    public void End() => _events.Writer.TryComplete();
}
