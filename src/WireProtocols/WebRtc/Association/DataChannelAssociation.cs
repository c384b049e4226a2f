using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace WireProtocols.WebRtc;

/// <summary>
/// Data channels without I/O, over whatever carries packets: opened with the Data Channel Establishment Protocol, closed by resetting their streams
/// (RFC 8831, RFC 8832). Packets and the time go in; packets, events and the next deadline come out. Not safe for several threads.
/// </summary>
public sealed class DataChannelAssociation
{
    private readonly DataChannelOptions _options;
    private readonly SctpAssociation _association;
    private readonly Dictionary<int, DataChannel> _channels = [];
    private readonly Queue<DataChannelEvent> _events = [];
    private readonly int _parity;
    private int _peerNameBytes;

    /// <summary>Makes channels over an association of their own.</summary>
    /// <param name="isDtlsClient">Whether this side is the client of DTLS: its channels have even ids, the others odd ones (RFC 8832 §6).</param>
    /// <param name="options">Limits.</param>
    public DataChannelAssociation(bool isDtlsClient, DataChannelOptions? options = null)
    {
        _options = options ?? DataChannelOptions.Default;
        _association = new SctpAssociation(_options.Association);
        _parity = isDtlsClient ? 0 : 1;
    }

    /// <summary>The state of the association.</summary>
    public SctpState State => _association.State;

    /// <summary>How many bytes wait to be sent or to be acknowledged.</summary>
    public int BufferedBytes => _association.BufferedBytes;

    /// <summary>The channels that are not closed.</summary>
    public IReadOnlyCollection<DataChannel> Channels => _channels.Values;

    /// <inheritdoc cref="SctpAssociation.NextDeadline"/>
    public TimeSpan? NextDeadline => _association.NextDeadline;

    /// <inheritdoc cref="SctpAssociation.Connect"/>
    public void Connect(TimeSpan now) => _association.Connect(now);

    /// <inheritdoc cref="SctpAssociation.Receive"/>
    public void Receive(ReadOnlySpan<byte> packet, TimeSpan now) => _association.Receive(packet, now);

    /// <inheritdoc cref="SctpAssociation.Advance"/>
    public void Advance(TimeSpan now) => _association.Advance(now);

    /// <inheritdoc cref="SctpAssociation.TryGetPacket"/>
    public bool TryGetPacket(TimeSpan now, out ReadOnlyMemory<byte> packet) => _association.TryGetPacket(now, out packet);

    /// <inheritdoc cref="SctpAssociation.Shutdown"/>
    public void Shutdown(TimeSpan now) => _association.Shutdown(now);

    /// <inheritdoc cref="SctpAssociation.Abort"/>
    public void Abort(string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        _association.Abort(reason);
    }

    /// <summary>Opens a channel. Messages may be sent at once.</summary>
    /// <param name="label">The label, at most 65535 bytes of UTF-8.</param>
    /// <param name="now">The time.</param>
    /// <param name="type">Whether messages are ordered, and how long they are sent.</param>
    /// <param name="reliabilityParameter">How many retransmissions, or how many milliseconds.</param>
    /// <param name="protocol">The subprotocol, at most 65535 bytes of UTF-8.</param>
    /// <param name="priority">0 to 65535: 128 below normal, 256 normal, 512 high, 1024 extra high.</param>
    /// <exception cref="ArgumentException">A parameter is none of what it has to be.</exception>
    /// <exception cref="InvalidOperationException">The association is not established, or has no more room for a channel.</exception>
    public DataChannel Open(
        string label,
        TimeSpan now,
        DataChannelType type = DataChannelType.Reliable,
        uint reliabilityParameter = 0,
        string protocol = "",
        int priority = 256)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(protocol);
        byte[] labelBytes = Encoding.UTF8.GetBytes(label);
        byte[] protocolBytes = Encoding.UTF8.GetBytes(protocol);
        byte[] open = new byte[DcepMessage.GetOpenSize(labelBytes, protocolBytes)];
        DcepMessage.EncodeOpen(type, priority, reliabilityParameter, labelBytes, protocolBytes, open, out _);
        int id = _parity;
        while (_channels.ContainsKey(id) || _association.IsResetting(id))
        {
            id += 2;
        }

        if (State != SctpState.Established || id >= _association.OutboundStreams || _channels.Count >= _options.MaxChannels
            || !_association.TrySend(id, (uint)DataChannelPayload.Dcep, open, SctpReliability.Ordered, now))
        {
            throw new InvalidOperationException("There is no room for a channel, or no association.");
        }

        return _channels[id] = new DataChannel(id, type, reliabilityParameter, priority, label, protocol);
    }

    /// <summary>Sends a message.</summary>
    /// <param name="channel">A channel that is opening or open.</param>
    /// <param name="payload">The message, which may be empty; it is copied.</param>
    /// <param name="isText">Whether it is text, UTF-8.</param>
    /// <param name="now">The time.</param>
    /// <returns>False where too much waits already.</returns>
    /// <exception cref="ArgumentException">The message is too long, or text that is no UTF-8.</exception>
    /// <exception cref="InvalidOperationException">The channel is closed or being closed.</exception>
    public bool TrySend(DataChannel channel, ReadOnlySpan<byte> payload, bool isText, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.State is DataChannelState.Closing or DataChannelState.Closed)
        {
            throw new InvalidOperationException("Messages are sent on channels that are open.");
        }

        if (isText && !Utf8.IsValid(payload))
        {
            throw new ArgumentException("Text is UTF-8.", nameof(payload));
        }

        ReadOnlySpan<byte> sent = DataChannelMessages.Encode(payload, isText, out DataChannelPayload identifier);
        return _association.TrySend(channel.Id, (uint)identifier, sent, channel.Reliability, now);
    }

    /// <summary>
    /// Closes a channel, once what was sent on it has arrived or is given up. <see cref="DataChannelEventKind.ChannelClosed"/> tells when.
    /// </summary>
    public void Close(DataChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.State is DataChannelState.Opening or DataChannelState.Open)
        {
            channel.State = DataChannelState.Closing;
            _association.ResetStream(channel.Id);
        }
    }

    /// <summary>Gives what has happened. Behind it there may be packets to send: answers to what was opened and closed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="happened">What has happened.</param>
    public bool TryGetEvent(TimeSpan now, out DataChannelEvent happened)
    {
        while (!_events.TryDequeue(out happened))
        {
            if (!_association.TryGetEvent(out SctpEvent below))
            {
                return false;
            }

            Take(below, now);
        }

        return true;
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
                foreach (DataChannel each in _channels.Values.ToArray())
                {
                    EndPeer(each);
                }

                break;
            case SctpEventKind.PeerStreamReset when _channels.TryGetValue(below.StreamId, out DataChannel? channel):
                EndPeer(channel);
                break;
            case SctpEventKind.StreamReset when _channels.TryGetValue(below.StreamId, out DataChannel? channel):
                channel.IsReset = true;

                // A peer that knows no resets never says that it has closed the channel.
                channel.IsPeerReset |= !_association.PeerKnowsResets;
                EndWhole(channel);
                break;
            case SctpEventKind.Closed:
                foreach (DataChannel each in _channels.Values)
                {
                    each.State = DataChannelState.Closed;
                }

                _channels.Clear();
                _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Closed, End: below.End));
                break;
            default:
                break;
        }
    }

    private void TakeDcep(in SctpUserMessage message, TimeSpan now)
    {
        _channels.TryGetValue(message.StreamId, out DataChannel? channel);
        if (DcepMessage.Decode(message.Payload.Span, out DcepMessage decoded, out _, out _) != OperationStatus.Done)
        {
            Refuse(message.StreamId, channel);
        }
        else if (!decoded.IsOpen)
        {
            Confirm(channel);
        }
        else if (channel is not null || (message.StreamId & 1) == _parity || !HasRoom(message.StreamId, decoded))
        {
            // "a DATA_CHANNEL_OPEN message is received on an already used stream, … the odd/even rule is violated".
            Refuse(message.StreamId, channel);
        }
        else
        {
            Accept(message.StreamId, decoded, now);
        }
    }

    private bool HasRoom(int id, in DcepMessage open)
        => id < _association.OutboundStreams && _channels.Count < _options.MaxChannels
            && _peerNameBytes + open.Label.Length + open.Protocol.Length <= _options.MaxNameBytes;

    private void Accept(int id, in DcepMessage open, TimeSpan now)
    {
        if (State != SctpState.Established || _association.IsResetting(id)
            || !_association.TrySend(id, (uint)DataChannelPayload.Dcep, DcepMessage.Ack, SctpReliability.Ordered, now))
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
        _peerNameBytes += open.Label.Length + open.Protocol.Length;
        _channels[id] = channel;
        _events.Enqueue(new DataChannelEvent(DataChannelEventKind.PeerOpened, channel));
    }

    private void TakeMessage(in SctpUserMessage message)
    {
        if (!_channels.TryGetValue(message.StreamId, out DataChannel? channel))
        {
            // "receiving a message containing user data on an unused stream indicates an error".
            Refuse(message.StreamId, null);
            return;
        }

        DataChannelPayload identifier = (DataChannelPayload)message.PayloadProtocol;
        bool isRight = DataChannelMessages.TryDecode(message.Payload.Span, identifier, out bool isText, out ReadOnlySpan<byte> payload)
            && (!isText || Utf8.IsValid(payload));
        if (!isRight)
        {
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
        else
        {
            _association.ResetStream(id);
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
            channel.State = DataChannelState.Closed;
            _channels.Remove(channel.Id);
            bool isPeers = (channel.Id & 1) != _parity;
            _peerNameBytes -= isPeers ? Encoding.UTF8.GetByteCount(channel.Label) + Encoding.UTF8.GetByteCount(channel.Protocol) : 0;
            _events.Enqueue(new DataChannelEvent(DataChannelEventKind.ChannelClosed, channel));
        }
    }
}
