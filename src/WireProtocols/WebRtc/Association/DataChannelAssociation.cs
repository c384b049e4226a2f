using System.Text;
using System.Text.Unicode;

namespace WireProtocols.WebRtc;

/// <summary>
/// Data channels without I/O, over whatever carries packets: opened with the Data Channel Establishment Protocol, closed by resetting their streams
/// (RFC 8831, RFC 8832). Packets and the time go in; packets, events and the next deadline come out. Not safe for several threads.
/// </summary>
public sealed class DataChannelAssociation
{
    private readonly SctpAssociation _association;
    private readonly DataChannelTable _table;
    private readonly DataChannelIncoming _incoming;

    /// <summary>Makes channels over an association of their own.</summary>
    /// <param name="isDtlsClient">Whether this side is the client of DTLS: its channels have even ids, the others odd ones (RFC 8832 §6).</param>
    /// <param name="options">Limits.</param>
    public DataChannelAssociation(bool isDtlsClient, DataChannelOptions? options = null)
    {
        options ??= DataChannelOptions.Default;
        _association = new SctpAssociation(options.Association);
        _table = new DataChannelTable(options, isDtlsClient ? 0 : 1);
        _incoming = new DataChannelIncoming(_association, _table);
    }

    /// <summary>The state of the association.</summary>
    public SctpState State => _association.State;

    /// <summary>How many bytes wait to be sent or to be acknowledged.</summary>
    public int BufferedBytes => _association.BufferedBytes;

    /// <summary>The channels that are not closed.</summary>
    public IReadOnlyCollection<DataChannel> Channels => _table.Channels;

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
        int id = _table.GetNextId(_association);
        if (State != SctpState.Established || id >= _association.OutboundStreams || !_table.HasRoom
            || !_association.TrySend(id, (uint)DataChannelPayload.Dcep, open, SctpReliability.Ordered, now))
        {
            throw new InvalidOperationException("There is no room for a channel, or no association.");
        }

        DataChannel channel = new(id, type, reliabilityParameter, priority, label, protocol);
        _table.Add(channel);
        return channel;
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
        _incoming.Close(channel);
    }

    /// <summary>Gives what has happened. Behind it there may be packets to send: answers to what was opened and closed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="happened">What has happened.</param>
    public bool TryGetEvent(TimeSpan now, out DataChannelEvent happened) => _incoming.TryTake(now, out happened);
}
