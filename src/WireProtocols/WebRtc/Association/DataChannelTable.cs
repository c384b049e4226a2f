using System.Text;

namespace WireProtocols.WebRtc;

/// <summary>The channels that are not closed, by their ids, and how much of them a peer may make.</summary>
/// <param name="options">Limits.</param>
/// <param name="parity">0 where our channels have even ids, 1 where they have odd ones (RFC 8832 §6).</param>
internal sealed class DataChannelTable(DataChannelOptions options, int parity)
{
    private readonly Dictionary<int, DataChannel> _channels = [];
    private readonly HashSet<int> _retired = [];
    private int _peerNameBytes;

    /// <summary>The channels.</summary>
    public IReadOnlyCollection<DataChannel> Channels => _channels.Values;

    /// <summary>Whether there may be another channel.</summary>
    public bool HasRoom => _channels.Count < options.MaxChannels;

    /// <summary>Whether a channel of this id is one that this side opens.</summary>
    public bool IsOurs(int id) => (id & 1) == parity;

    /// <summary>A channel; null where there is none.</summary>
    public DataChannel? Find(int id) => _channels.GetValueOrDefault(id);

    /// <summary>Whether an id is used no more, because its stream could not begin anew.</summary>
    public bool IsRetired(int id) => _retired.Contains(id);

    /// <summary>The next id for a channel of ours.</summary>
    public int GetNextId(SctpAssociation association)
    {
        int id = parity;
        while (_channels.ContainsKey(id) || _retired.Contains(id) || association.IsResetting(id))
        {
            id += 2;
        }

        return id;
    }

    /// <summary>Whether there is room for a channel of the peer with these names.</summary>
    public bool HasRoomFor(in DcepMessage open)
        => HasRoom && _peerNameBytes + open.Label.Length + open.Protocol.Length <= options.MaxNameBytes;

    /// <summary>Adds a channel.</summary>
    public void Add(DataChannel channel)
    {
        _channels[channel.Id] = channel;
        _peerNameBytes += IsOurs(channel.Id) ? 0 : GetNameBytes(channel);
    }

    /// <summary>A channel is closed.</summary>
    public void Remove(DataChannel channel)
    {
        channel.State = DataChannelState.Closed;
        _channels.Remove(channel.Id);
        _peerNameBytes -= IsOurs(channel.Id) ? 0 : GetNameBytes(channel);
    }

    /// <summary>An id is used no more.</summary>
    public void Retire(int id) => _retired.Add(id);

    /// <summary>Every channel is closed, and every id may be used.</summary>
    public DataChannel[] Clear()
    {
        DataChannel[] all = [.. _channels.Values];
        foreach (DataChannel channel in all)
        {
            channel.State = DataChannelState.Closed;
        }

        _channels.Clear();
        _retired.Clear();
        _peerNameBytes = 0;
        return all;
    }

    private static int GetNameBytes(DataChannel channel) => Encoding.UTF8.GetByteCount(channel.Label) + Encoding.UTF8.GetByteCount(channel.Protocol);
}
