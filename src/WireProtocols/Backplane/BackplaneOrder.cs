namespace WireProtocols.Backplane;

/// <summary>
/// How far a node is in a topic. An entry is delivered when the one before it was, and once: by its position in the log, and by its number among
/// those of its publisher, which stays the same where a message is appended again to a log that was lost. One thread at a time uses it.
/// </summary>
/// <param name="maxPublishers">How many publishers are remembered. The one that was silent the longest is forgotten first.</param>
internal sealed class BackplaneOrder(int maxPublishers = 4096)
{
    private readonly Dictionary<ulong, (long Number, long Heard)> _publishers = [];
    private long _heard;

    /// <summary>The last position that was delivered.</summary>
    public BackplanePosition Position { get; private set; }

    /// <summary>Looks at an entry that was heard, and goes on to it where it is the next one.</summary>
    public BackplaneVerdict Hear(in BackplaneEntry entry, in BackplaneRecord record)
    {
        bool isBeginning = Position.IsNone && entry.Previous.Sequence == 0;
        if (entry.Position.Epoch != Position.Epoch && !isBeginning)
        {
            return BackplaneVerdict.Gap;
        }

        if (!isBeginning && entry.Position.Sequence <= Position.Sequence)
        {
            return BackplaneVerdict.Duplicate;
        }

        if (!isBeginning && entry.Previous.Sequence > Position.Sequence)
        {
            return BackplaneVerdict.Gap;
        }

        return Read(entry, record) ? BackplaneVerdict.Deliver : BackplaneVerdict.Duplicate;
    }

    /// <summary>Goes on to an entry that was read from the log behind the last one.</summary>
    /// <returns>False where its message has been delivered.</returns>
    public bool Read(in BackplaneEntry entry, in BackplaneRecord record)
    {
        Position = entry.Position;
        return TakeNumber(record.Publisher, record.Number);
    }

    /// <summary>Goes on to a position, whatever lies between.</summary>
    public void ResumeAt(BackplanePosition position) => Position = position;

    /// <summary>Notes that a message is delivered.</summary>
    /// <returns>False where it was.</returns>
    public bool TakeNumber(ulong publisher, long number)
    {
        bool isKnown = _publishers.TryGetValue(publisher, out (long Number, long Heard) last);
        if (isKnown && number <= last.Number)
        {
            return false;
        }

        if (!isKnown && _publishers.Count >= maxPublishers)
        {
            _publishers.Remove(_publishers.MinBy(p => p.Value.Heard).Key);
        }

        _publishers[publisher] = (number, ++_heard);
        return true;
    }
}
