namespace WireProtocols.WebRtc;

/// <summary>Messages that have a lifetime, by the time at which it is over.</summary>
internal sealed class SctpLifetimes
{
    private readonly SortedSet<SctpOutboundMessage> _messages = new(Comparer<SctpOutboundMessage>.Create((a, b)
        => Nullable.Compare(a.Expiry, b.Expiry) is not 0 and int order ? order : a.LifetimeOrder.CompareTo(b.LifetimeOrder)));

    private long _count;

    /// <summary>Adds a message, where it has a lifetime.</summary>
    public void Add(SctpOutboundMessage message)
    {
        if (message.Expiry is not null)
        {
            message.LifetimeOrder = _count++;
            _messages.Add(message);
        }
    }

    /// <summary>A message is done with.</summary>
    public void Remove(SctpOutboundMessage message)
    {
        if (message.Expiry is not null)
        {
            _messages.Remove(message);
        }
    }

    /// <summary>Takes a message whose lifetime is over; null where there is none.</summary>
    public SctpOutboundMessage? TakeDue(TimeSpan now)
    {
        if (_messages.Min is not { } first || !(first.Expiry <= now))
        {
            return null;
        }

        _messages.Remove(first);
        return first;
    }
}
