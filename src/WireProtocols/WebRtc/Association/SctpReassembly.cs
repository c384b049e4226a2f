namespace WireProtocols.WebRtc;

/// <summary>A fragment that waits for the others of its message.</summary>
internal sealed record SctpFragment(SctpDataBits Bits, ushort StreamId, ushort SequenceNumber, uint PayloadProtocol, byte[] Payload)
{
    public bool IsFirst => (Bits & SctpDataBits.Beginning) != 0;

    public bool IsLast => (Bits & SctpDataBits.Ending) != 0;

    public bool IsOrdered => (Bits & SctpDataBits.Unordered) == 0;

    /// <summary>Whether both may be of one message.</summary>
    public bool IsOfOneMessage(SctpFragment other)
        => StreamId == other.StreamId && IsOrdered == other.IsOrdered && (!IsOrdered || SequenceNumber == other.SequenceNumber);
}

/// <summary>
/// Fragments whose message is not whole. The TSNs of a message stand side by side, so that what has arrived is runs; a fragment joins at most two of
/// them, which are found in a constant time.
/// </summary>
internal sealed class SctpReassembly
{
    private readonly Dictionary<uint, SctpFragment> _fragments = [];
    private readonly Dictionary<uint, Run> _byFirst = [];
    private readonly Dictionary<uint, Run> _byLast = [];
    private readonly SortedSet<uint> _firsts = new(SctpSerial.Order);

    /// <summary>How many fragments are held.</summary>
    public int Count => _fragments.Count;

    /// <summary>How many bytes they have.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds a fragment that is not held yet.</summary>
    /// <param name="tsn">Its TSN.</param>
    /// <param name="fragment">The fragment.</param>
    /// <param name="maxLength">The longest message.</param>
    /// <param name="message">The message that is whole now, with the number of its first fragment; null where there is none.</param>
    /// <returns>False where the fragments beside it contradict it, or the message is too long.</returns>
    public bool TryAdd(uint tsn, SctpFragment fragment, int maxLength, out SctpFragment? message)
    {
        message = null;
        if (!IsPossible(tsn, fragment))
        {
            return false;
        }

        _fragments[tsn] = fragment;
        Bytes += fragment.Payload.Length;
        Run run = new(tsn, tsn, fragment.Payload.Length);
        if (!fragment.IsFirst && _byLast.Remove(tsn - 1, out Run before))
        {
            Forget(before);
            run = new Run(before.First, run.Last, run.Length + before.Length);
        }

        if (!fragment.IsLast && _byFirst.TryGetValue(tsn + 1, out Run after) && !_fragments[tsn + 1].IsFirst)
        {
            Forget(after);
            run = new Run(run.First, after.Last, run.Length + after.Length);
        }

        if (run.Length > maxLength)
        {
            return false;
        }

        if (_fragments[run.First].IsFirst && _fragments[run.Last].IsLast)
        {
            message = Join(run);
            return true;
        }

        Keep(run);
        return true;
    }

    /// <summary>Forgets fragments that will not be completed: those up to and with <paramref name="tsn"/>.</summary>
    public void DropThrough(uint tsn)
    {
        while (_firsts.Count > 0 && !SctpSerial.IsAfter(_firsts.Min, tsn) && _byFirst.TryGetValue(_firsts.Min, out Run run))
        {
            Forget(run);
            int length = run.Length;
            uint at = run.First;
            for (; at != run.Last + 1 && !SctpSerial.IsAfter(at, tsn); at++)
            {
                length -= Remove(at).Payload.Length;
            }

            if (at != run.Last + 1)
            {
                Keep(new Run(at, run.Last, length));
            }
        }
    }

    private void Keep(Run run)
    {
        _byFirst[run.First] = run;
        _byLast[run.Last] = run;
        _firsts.Add(run.First);
    }

    private void Forget(Run run)
    {
        _byFirst.Remove(run.First);
        _byLast.Remove(run.Last);
        _firsts.Remove(run.First);
    }

    private bool IsPossible(uint tsn, SctpFragment fragment)
    {
        bool isBeforePossible = !_fragments.TryGetValue(tsn - 1, out SctpFragment? before) || fragment.IsFirst
            || (!before.IsLast && before.IsOfOneMessage(fragment));
        bool isAfterPossible = !_fragments.TryGetValue(tsn + 1, out SctpFragment? after) || after.IsFirst
            || (!fragment.IsLast && fragment.IsOfOneMessage(after));
        return isBeforePossible && isAfterPossible;
    }

    private SctpFragment Join(Run run)
    {
        SctpFragment first = Remove(run.First);
        if (run.First == run.Last)
        {
            return first;
        }

        byte[] payload = new byte[run.Length];
        first.Payload.CopyTo(payload, 0);
        int at = first.Payload.Length;
        for (uint tsn = run.First + 1; tsn != run.Last + 1; tsn++)
        {
            byte[] next = Remove(tsn).Payload;
            next.CopyTo(payload, at);
            at += next.Length;
        }

        return first with { Payload = payload };
    }

    private SctpFragment Remove(uint tsn)
    {
        _fragments.Remove(tsn, out SctpFragment? fragment);
        Bytes -= fragment!.Payload.Length;
        return fragment;
    }

    private readonly record struct Run(uint First, uint Last, int Length);
}
