using System.Runtime.InteropServices;

namespace WireProtocols.WebRtc;

/// <summary>Our streams: the number of the next ordered message of each, and how many of its messages are not done with.</summary>
internal sealed class SctpOutboundStreams
{
    private readonly Dictionary<ushort, ushort> _nextNumbers = [];
    private readonly Dictionary<ushort, int> _pending = [];

    /// <summary>Whether a stream has messages that are not done with.</summary>
    public bool IsBusy(int streamId) => _pending.ContainsKey((ushort)streamId);

    /// <summary>There is another message.</summary>
    public void Begin(SctpOutboundMessage message) => CollectionsMarshal.GetValueRefOrAddDefault(_pending, message.StreamId, out _)++;

    /// <summary>A message is acknowledged or given up, and no TSN of it is left.</summary>
    public void End(SctpOutboundMessage message)
    {
        if (--CollectionsMarshal.GetValueRefOrAddDefault(_pending, message.StreamId, out _) == 0)
        {
            _pending.Remove(message.StreamId);
        }
    }

    /// <summary>Gives an ordered message its number.</summary>
    public void Number(SctpOutboundMessage message)
    {
        if (message.IsOrdered)
        {
            message.SequenceNumber = CollectionsMarshal.GetValueRefOrAddDefault(_nextNumbers, message.StreamId, out _)++;
        }
    }

    /// <summary>A stream counts from zero again.</summary>
    public void Reset(int streamId) => _nextNumbers.Remove((ushort)streamId);
}
