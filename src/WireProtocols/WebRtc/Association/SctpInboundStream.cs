namespace WireProtocols.WebRtc;

/// <summary>The ordered messages of a stream that arrive: those whose turn it is not wait.</summary>
internal sealed class SctpInboundStream
{
    // Numbers that wait come after the next one, so that they are less than half the circle apart.
    private readonly SortedSet<SctpFragment> _waiting = new(
        Comparer<SctpFragment>.Create((a, b) => (short)(a.SequenceNumber - b.SequenceNumber)));

    private ushort _next;

    /// <summary>The messages that wait.</summary>
    public IReadOnlyCollection<SctpFragment> Waiting => _waiting;

    /// <summary>Takes a message.</summary>
    /// <param name="message">A whole message.</param>
    /// <param name="deliver">Called for each whose turn it is.</param>
    /// <returns>False where the number has been before.</returns>
    public bool Take(SctpFragment message, Action<SctpFragment> deliver)
    {
        if (message.SequenceNumber != _next)
        {
            return SctpSerial.IsAfter(message.SequenceNumber, _next) && _waiting.Add(message);
        }

        _next++;
        deliver(message);
        DeliverNext(deliver);
        return true;
    }

    /// <summary>Waits no longer for what has this number or one before it.</summary>
    public void SkipThrough(ushort sequenceNumber, Action<SctpFragment> deliver)
    {
        if (sequenceNumber != _next && !SctpSerial.IsAfter(sequenceNumber, _next))
        {
            return;
        }

        while (_waiting.Min is { } first && !SctpSerial.IsAfter(first.SequenceNumber, sequenceNumber))
        {
            _waiting.Remove(first);
            deliver(first);
        }

        _next = (ushort)(sequenceNumber + 1);
        DeliverNext(deliver);
    }

    private void DeliverNext(Action<SctpFragment> deliver)
    {
        while (_waiting.Min is { } first && first.SequenceNumber == _next)
        {
            _waiting.Remove(first);
            _next++;
            deliver(first);
        }
    }
}
