using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace WireProtocols.WebRtc;

/// <summary>What the association tells, as events of channels; what peers open and close is answered (RFC 8831 §6, RFC 8832 §6).</summary>
internal sealed class DataChannelIncoming(SctpAssociation association, DataChannelTable table)
{
    private readonly Queue<DataChannelEvent> _events = [];

    /// <summary>Gives what has happened.</summary>
    public bool TryTake(TimeSpan now, out DataChannelEvent happened)
    {
        while (!_events.TryDequeue(out happened))
        {
            if (!association.TryGetEvent(out SctpEvent below))
            {
                return false;
            }

            Take(below, now);
        }

        return true;
    }

    /// <summary>Closes a channel, once what was sent on it has arrived or is given up.</summary>
    public void Close(DataChannel channel)
    {
        if (channel.State is DataChannelState.Opening or DataChannelState.Open)
        {
            channel.State = DataChannelState.Closing;
            association.ResetStream(channel.Id);
        }
    }

    private void Take(in SctpEvent below, TimeSpan now)
    {
        switch (below.Kind)
        {
            case SctpEventKind.Connected:
                _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Connected));
                break;
            case SctpEventKind.Message when below.Message.PayloadProtocol == (uint)DataChannelPayload.Dcep:
                TakeDcep(below.Message, now);
                break;
            case SctpEventKind.Message:
                TakeMessage(below.Message);
                break;
            case SctpEventKind.PeerStreamReset when below.StreamId < 0:
                foreach (DataChannel each in table.Channels.ToArray())
                {
                    EndPeer(each);
                }

                break;
            case SctpEventKind.PeerStreamReset when table.Find(below.StreamId) is { } channel:
                EndPeer(channel);
                break;
            case SctpEventKind.StreamReset when table.Find(below.StreamId) is { } channel:
                channel.IsReset = true;

                // A peer that knows no resets never says that it has closed the channel.
                channel.IsPeerReset |= !association.PeerKnowsResets;
                EndWhole(channel);
                break;
            case SctpEventKind.StreamResetRefused:
                TakeRefusal(below.StreamId);
                break;
            case SctpEventKind.Restarted:
                foreach (DataChannel each in table.Clear())
                {
                    _events.Enqueue(new DataChannelEvent(DataChannelEventKind.ChannelClosed, each));
                }

                _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Restarted));
                break;
            case SctpEventKind.Closed:
                table.Clear();
                _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Closed, End: below.End));
                break;
            default:
                break;
        }
    }

    private void TakeDcep(in SctpUserMessage message, TimeSpan now)
    {
        DataChannel? channel = table.Find(message.StreamId);
        if (DcepMessage.Decode(message.Payload.Span, out DcepMessage decoded, out _, out _) != OperationStatus.Done)
        {
            Refuse(message.StreamId, channel);
        }
        else if (!decoded.IsOpen)
        {
            Confirm(channel);
        }
        else if (channel is not null || table.IsOurs(message.StreamId) || table.IsRetired(message.StreamId)
            || message.StreamId >= association.OutboundStreams || !table.HasRoomFor(decoded))
        {
            // "a DATA_CHANNEL_OPEN message is received on an already used stream, … the odd/even rule is violated".
            Refuse(message.StreamId, channel);
        }
        else
        {
            Accept(message.StreamId, decoded, now);
        }
    }

    private void Accept(int id, in DcepMessage open, TimeSpan now)
    {
        if (association.State != SctpState.Established || association.IsResetting(id)
            || !association.TrySend(id, (uint)DataChannelPayload.Dcep, DcepMessage.Ack, SctpReliability.Ordered, now))
        {
            Refuse(id, null);
            return;
        }

        string label = Encoding.UTF8.GetString(open.Label);
        string protocol = Encoding.UTF8.GetString(open.Protocol);
        DataChannel channel = new(id, open.ChannelType, open.ReliabilityParameter, open.Priority, label, protocol)
        {
            State = DataChannelState.Open,
        };
        table.Add(channel);
        _events.Enqueue(new DataChannelEvent(DataChannelEventKind.PeerOpened, channel));
    }

    private void TakeMessage(in SctpUserMessage message)
    {
        DataChannel? channel = table.Find(message.StreamId);
        DataChannelPayload identifier = (DataChannelPayload)message.PayloadProtocol;
        bool isRight = DataChannelMessages.TryDecode(message.Payload.Span, identifier, out bool isText, out ReadOnlySpan<byte> payload)
            && (!isText || Utf8.IsValid(payload));
        if (channel is null || !isRight)
        {
            // "receiving a message containing user data on an unused stream indicates an error".
            Refuse(message.StreamId, channel);
            return;
        }

        Confirm(channel);
        ReadOnlyMemory<byte> kept = payload.IsEmpty ? default : message.Payload;
        _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Message, channel, kept, isText));
    }

    private void Confirm(DataChannel? channel)
    {
        if (channel?.State == DataChannelState.Opening)
        {
            channel.State = DataChannelState.Open;
            _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Opened, channel));
        }
    }

    private void Refuse(int id, DataChannel? channel)
    {
        if (channel is not null)
        {
            Close(channel);
        }
        else if (!table.IsRetired(id))
        {
            association.ResetStream(id);
        }
    }

    /// <summary>The peer lets a stream not begin anew: its channel is closed on this side all the same, and the stream is used no more.</summary>
    private void TakeRefusal(int id)
    {
        table.Retire(id);
        if (table.Find(id) is { } channel)
        {
            channel.IsReset = true;
            channel.IsPeerReset = true;
            EndWhole(channel);
        }
    }

    /// <summary>"When the peer sees that an incoming stream was reset, it also resets its corresponding outgoing stream" (RFC 8831 §6.7).</summary>
    private void EndPeer(DataChannel channel)
    {
        channel.IsPeerReset = true;
        Close(channel);
        EndWhole(channel);
    }

    private void EndWhole(DataChannel channel)
    {
        if (channel is { IsReset: true, IsPeerReset: true })
        {
            table.Remove(channel);
            _events.Enqueue(new DataChannelEvent(DataChannelEventKind.ChannelClosed, channel));
        }
    }
}
