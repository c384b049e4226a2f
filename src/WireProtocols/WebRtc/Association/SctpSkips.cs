using System.Runtime.InteropServices;

namespace WireProtocols.WebRtc;

/// <summary>The ordered streams of what FORWARD-TSN skips, each with its last number (RFC 3758 §3.5); as many as half a packet holds.</summary>
internal sealed class SctpSkips(int maxPacketSize)
{
    private readonly List<SctpSkip> _skips = [];
    private readonly int _most = (maxPacketSize / 2) / SctpForwardTsn.EntrySize;

    /// <summary>The most bytes that the chunk may have.</summary>
    public int MaxSize => SctpChunk.HeaderSize + sizeof(uint) + (_most * SctpForwardTsn.EntrySize);

    /// <summary>The streams.</summary>
    public ReadOnlySpan<SctpSkip> Streams => CollectionsMarshal.AsSpan(_skips);

    /// <summary>Forgets the streams.</summary>
    public void Clear() => _skips.Clear();

    /// <summary>Notes the stream of a message.</summary>
    /// <returns>False where there is no room for another stream.</returns>
    public bool TryAdd(SctpOutboundMessage message)
    {
        SctpSkip skip = new(message.StreamId, message.SequenceNumber);
        if (!message.IsOrdered || (_skips.Count > 0 && _skips[^1] == skip))
        {
            return true;
        }

        int known = _skips.FindIndex(s => s.StreamId == message.StreamId);
        if (known >= 0)
        {
            _skips[known] = skip;
            return true;
        }

        if (_skips.Count == _most)
        {
            return false;
        }

        _skips.Add(skip);
        return true;
    }
}
