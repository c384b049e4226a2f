namespace WireProtocols.WebRtc;

/// <summary>The ordered messages of a stream that arrive: those whose turn it is not wait.</summary>
internal sealed class SctpInboundStream
{
    private readonly Dictionary<ushort, SctpFragment> _waiting = [];
    private ushort _next;

    /// <summary>Takes a message.</summary>
    /// <param name="message">A whole message.</param>
    /// <param name="deliver">Called for each whose turn it is.</param>
    /// <returns>False where the number has been before.</returns>
    public bool Take(SctpFragment message, Action<SctpFragment> deliver)
    {
        if (SctpSerial.IsAfter(_next, message.SequenceNumber) || !_waiting.TryAdd(message.SequenceNumber, message))
        {
            return false;
        }

        DeliverNext(deliver);
        return true;
    }

    /// <summary>Waits no longer for what has this number or one before it.</summary>
    public void SkipThrough(ushort sequenceNumber, Action<SctpFragment> deliver)
    {
        if (SctpSerial.IsAfter(_next, sequenceNumber))
        {
            return;
        }

        foreach (ushort number in _waiting.Keys.Where(n => !SctpSerial.IsAfter(n, sequenceNumber)).OrderBy(n => (ushort)(n - _next)).ToArray())
        {
            _waiting.Remove(number, out SctpFragment? message);
            deliver(message!);
        }

        _next = (ushort)(sequenceNumber + 1);
        DeliverNext(deliver);
    }

    private void DeliverNext(Action<SctpFragment> deliver)
    {
        while (_waiting.Remove(_next, out SctpFragment? message))
        {
            _next++;
            deliver(message);
        }
    }
}
