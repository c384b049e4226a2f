using System.Runtime.InteropServices;

namespace WireProtocols.WebRtc;

/// <summary>Which TSNs have arrived, and when a SACK says so (RFC 9260 §6.2, §6.7).</summary>
internal sealed class SctpArrivals(uint initialTsn, SctpAssociationOptions options)
{
    private const int MaxDuplicates = 16;
    private const int PacketsPerSack = 2;

    private readonly SortedSet<uint> _beyond = new(SctpSerial.Order);
    private readonly List<uint> _duplicates = [];
    private readonly List<SctpGap> _gaps = [];
    private int _packets;
    private bool _hasData;
    private bool _isUrgent;

    /// <summary>The last TSN before the first gap.</summary>
    public uint CumulativeTsn { get; private set; } = initialTsn - 1;

    /// <summary>How many TSNs there are behind the first gap.</summary>
    public int Beyond => _beyond.Count;

    /// <summary>When a SACK is due at the latest; null where nothing waits for one.</summary>
    public TimeSpan? SackDeadline { get; private set; }

    /// <summary>Whether anything waits for a SACK.</summary>
    public bool OwesSack => _isUrgent || SackDeadline is not null;

    /// <summary>Whether a SACK is to be sent now.</summary>
    public bool IsSackDue(TimeSpan now) => _isUrgent || (SackDeadline is { } deadline && now >= deadline);

    /// <summary>A SACK is to be sent at once.</summary>
    public void Hurry() => _isUrgent = true;

    /// <summary>A DATA has come: notes it where it has come before.</summary>
    /// <returns>False where it has.</returns>
    public bool IsNew(in SctpData data)
    {
        _hasData = true;
        _isUrgent |= (data.Bits & SctpDataBits.Immediate) != 0;
        if (SctpSerial.IsAfter(data.Tsn, CumulativeTsn) && !_beyond.Contains(data.Tsn))
        {
            return true;
        }

        _isUrgent = true;
        if (_duplicates.Count < MaxDuplicates)
        {
            _duplicates.Add(data.Tsn);
        }

        return false;
    }

    /// <summary>A TSN that is new has arrived, and is kept.</summary>
    public void Add(uint tsn)
    {
        _isUrgent |= _beyond.Count > 0;
        if (tsn == CumulativeTsn + 1)
        {
            CumulativeTsn = tsn;
            Close();
        }
        else
        {
            _beyond.Add(tsn);
            _isUrgent = true;
        }
    }

    /// <summary>Waits no longer for what comes up to a TSN.</summary>
    /// <returns>False where nothing of it was waited for.</returns>
    public bool SkipThrough(uint tsn)
    {
        _isUrgent = true;
        if (!SctpSerial.IsAfter(tsn, CumulativeTsn))
        {
            return false;
        }

        CumulativeTsn = tsn;
        while (_beyond.Count > 0 && !SctpSerial.IsAfter(_beyond.Min, tsn))
        {
            _beyond.Remove(_beyond.Min);
        }

        Close();
        return true;
    }

    /// <summary>A packet has been looked at: decides whether its DATA are acknowledged now or later.</summary>
    public void EndPacket(TimeSpan now)
    {
        if (_hasData)
        {
            _hasData = false;
            _isUrgent |= ++_packets >= PacketsPerSack;
            SackDeadline ??= now + options.AcknowledgementDelay;
        }
    }

    /// <summary>Adds a SACK, with as many gap blocks as there is room for.</summary>
    public void WriteSack(SctpPacketWriter writer, uint window)
    {
        _gaps.Clear();
        int room = (writer.Room - SctpChunk.HeaderSize - SctpSack.FieldsSize - (_duplicates.Count * SctpSack.EntrySize)) / SctpSack.EntrySize;
        foreach (uint tsn in _beyond)
        {
            ushort offset = (ushort)(tsn - CumulativeTsn);
            if (_gaps.Count > 0 && _gaps[^1].End + 1 == offset)
            {
                _gaps[^1] = _gaps[^1] with { End = offset };
            }
            else if (_gaps.Count < room)
            {
                _gaps.Add(new SctpGap(offset, offset));
            }
            else
            {
                break;
            }
        }

        writer.AddSack(CumulativeTsn, window, CollectionsMarshal.AsSpan(_gaps), CollectionsMarshal.AsSpan(_duplicates));
        _duplicates.Clear();
        _packets = 0;
        _isUrgent = false;
        SackDeadline = null;
    }

    /// <summary>Moves the first gap, where it has been filled.</summary>
    private void Close()
    {
        while (_beyond.Count > 0 && _beyond.Min == CumulativeTsn + 1)
        {
            CumulativeTsn++;
            _beyond.Remove(CumulativeTsn);
        }
    }
}
