namespace WireProtocols.WebRtc;

/// <summary>
/// The fragments that have been sent and are not acknowledged for good, TSN by TSN without a gap: which are on the way, which a gap block covers,
/// and which wait to be sent again (RFC 9260 §6.2.1, §6.3).
/// </summary>
internal sealed class SctpOutstanding(uint initialTsn, SctpTimeout timeout)
{
    private readonly List<SctpOutboundChunk> _chunks = [];
    private readonly SortedSet<uint> _marked = new(SctpSerial.Order);
    private readonly List<SctpOutboundMessage> _ended = [];
    private readonly List<SctpOutboundChunk> _dropped = [];
    private long _sacks;
    private int _covered;

    /// <summary>The TSN up to which the peer has everything.</summary>
    public uint Acknowledged { get; private set; } = initialTsn - 1;

    /// <summary>The last TSN that was given to a fragment.</summary>
    public uint LastTsn => Acknowledged + (uint)_chunks.Count;

    /// <summary>How many fragments there are.</summary>
    public int Count => _chunks.Count;

    /// <summary>How many bytes they have, but for those of messages that were given up.</summary>
    public int Bytes { get; private set; }

    /// <summary>How many bytes are on the way.</summary>
    public long Flight { get; private set; }

    /// <summary>The first that waits to be sent again; null where none does.</summary>
    public SctpOutboundChunk? FirstMarked => _marked.Count == 0 ? null : _chunks[(int)(_marked.Min - Acknowledged - 1)];

    /// <summary>A fragment, in the order of TSNs.</summary>
    public SctpOutboundChunk this[int index] => _chunks[index];

    /// <summary>Gives the next TSN to so many bytes of a message, behind those that were sent.</summary>
    public SctpOutboundChunk Add(SctpOutboundMessage message, int length)
    {
        SctpOutboundChunk chunk = new(LastTsn + 1, message, message.Sent, length);
        message.FirstTsn = message.Fragments == 0 ? chunk.Tsn : message.FirstTsn;
        message.Fragments++;
        Bytes += length;
        _chunks.Add(chunk);
        return chunk;
    }

    /// <summary>A fragment goes out, for the first time or again.</summary>
    public void Depart(SctpOutboundChunk chunk, TimeSpan now)
    {
        Unmark(chunk);
        chunk.Missing = 0;
        chunk.Transmissions++;
        chunk.SentAt = now;
        Flight += chunk.Length;
    }

    /// <summary>A fragment waits to be sent again.</summary>
    public void Mark(SctpOutboundChunk chunk)
    {
        Flight -= chunk.IsInFlight ? chunk.Length : 0;
        chunk.IsMarked = true;
        _marked.Add(chunk.Tsn);
    }

    /// <summary>Whether a fragment of a message waits to be sent again.</summary>
    public bool HasMarked(SctpOutboundMessage message)
    {
        (int from, int end) = Find(message);
        return _marked.Count > 0 && _chunks.FindIndex(from, end - from, c => c.IsMarked) >= 0;
    }

    /// <summary>Nothing of a message is sent any more.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isCut">Whether there is more of it than was sent. Then it has a TSN for its end, so that what is skipped ends with it.</param>
    public void Abandon(SctpOutboundMessage message, bool isCut)
    {
        (int from, int end) = Find(message);
        for (int i = from; i < end; i++)
        {
            SctpOutboundChunk chunk = _chunks[i];
            Flight -= chunk.IsInFlight ? chunk.Length : 0;
            Bytes -= chunk.Length;
            _covered -= chunk.IsAcknowledged ? 1 : 0;
            Unmark(chunk);
        }

        message.IsAbandoned = true;
        if (isCut && message.Fragments > 0)
        {
            Add(message, 0);
        }
    }

    /// <summary>The peer has everything up to a TSN.</summary>
    /// <param name="cumulativeTsn">The TSN, no later than the last.</param>
    /// <param name="now">The time.</param>
    /// <param name="bytes">How many bytes are acknowledged that were not.</param>
    /// <returns>The messages that are done with; valid until the next call.</returns>
    public IReadOnlyList<SctpOutboundMessage> AdvanceTo(uint cumulativeTsn, TimeSpan now, out long bytes)
    {
        bytes = 0;
        _ended.Clear();
        int count = (int)(cumulativeTsn - Acknowledged);
        for (int i = 0; i < count; i++)
        {
            SctpOutboundChunk chunk = _chunks[i];
            SctpOutboundMessage message = chunk.Message;
            bytes += Settle(chunk, now);
            if (!message.IsAbandoned)
            {
                Bytes -= chunk.Length;
                _covered--;
            }

            if (message.Place is null && chunk.Tsn == message.FirstTsn + (uint)message.Fragments - 1)
            {
                _ended.Add(message);
            }
        }

        _chunks.RemoveRange(0, count);
        Acknowledged = cumulativeTsn;
        return _ended;
    }

    /// <summary>Takes the gap blocks of a SACK whose cumulative TSN has been taken.</summary>
    /// <param name="sack">The SACK.</param>
    /// <param name="now">The time.</param>
    /// <param name="bytes">How many bytes are acknowledged that were not.</param>
    /// <param name="highest">The highest TSN that is acknowledged and was not; null where there is none.</param>
    /// <returns>The fragments that are not acknowledged any more, and wait to be sent again; valid until the next call.</returns>
    public IReadOnlyList<SctpOutboundChunk> Cover(in SctpSack sack, TimeSpan now, out long bytes, out uint? highest)
    {
        _sacks++;
        _dropped.Clear();
        bytes = 0;
        highest = null;
        int before = _covered;

        // Blocks are isolated: there are no more of them than chunks.
        int count = Math.Min(sack.GapCount, _chunks.Count);
        int done = 0;
        for (int i = 0; i < count; i++)
        {
            // Where they overlap all the same, nothing is looked at twice.
            SctpGap gap = sack.GetGap(i);
            for (int index = Math.Max(done, gap.Start - 1); index < gap.End && index < _chunks.Count; index++)
            {
                SctpOutboundChunk chunk = _chunks[index];
                done = index + 1;
                chunk.Covered = _sacks;
                if (!chunk.IsAcknowledged && !chunk.Message.IsAbandoned)
                {
                    bytes += Settle(chunk, now);
                    highest = highest is { } known && SctpSerial.IsAfter(known, chunk.Tsn) ? known : chunk.Tsn;
                }
            }
        }

        if (before > 0)
        {
            // The receiver may have dropped some again: "a data receiver MAY drop DATA chunks that it has received but has not released".
            _dropped.AddRange(_chunks.Where(c => c.IsAcknowledged && c.Covered != _sacks && !c.Message.IsAbandoned));
        }

        foreach (SctpOutboundChunk chunk in _dropped)
        {
            _covered--;
            Mark(chunk);
            chunk.IsAcknowledged = false;
        }

        return _dropped;
    }

    /// <summary>A fragment has arrived.</summary>
    private long Settle(SctpOutboundChunk chunk, TimeSpan now)
    {
        if (chunk.IsAcknowledged || chunk.Message.IsAbandoned)
        {
            return 0;
        }

        Flight -= chunk.IsInFlight ? chunk.Length : 0;
        chunk.IsAcknowledged = true;
        _covered++;
        Unmark(chunk);
        if (chunk.Transmissions == 1)
        {
            timeout.Measure(now - chunk.SentAt);
        }

        return chunk.Length;
    }

    private void Unmark(SctpOutboundChunk chunk)
    {
        if (chunk.IsMarked)
        {
            chunk.IsMarked = false;
            _marked.Remove(chunk.Tsn);
        }
    }

    /// <summary>Where the fragments of a message stand that are left.</summary>
    private (int From, int End) Find(SctpOutboundMessage message)
    {
        int from = (int)(message.FirstTsn - Acknowledged - 1);
        return message.Fragments == 0 ? (0, 0) : (Math.Max(0, from), Math.Max(0, from + message.Fragments));
    }
}
