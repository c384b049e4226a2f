namespace WireProtocols.Backplane;

/// <summary>How many members a topic has on other nodes, as they said last. What a node said expires.</summary>
/// <param name="time">Where time comes from.</param>
internal sealed class BackplanePresence(TimeProvider time)
{
    /// <summary>The most nodes that are counted.</summary>
    private const int MaxNodes = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (int Members, long Until)> _nodes = [];

    /// <summary>All of them together.</summary>
    public long Count
    {
        get
        {
            long now = time.GetTimestamp();
            lock (_lock)
            {
                return _nodes.Values.Where(n => n.Until > now).Sum(n => (long)n.Members);
            }
        }
    }

    /// <summary>A node has said how many it has.</summary>
    public void Note(ulong node, int members, TimeSpan expiry)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            if (members == 0)
            {
                _nodes.Remove(node);
                return;
            }

            if (_nodes.Count >= MaxNodes && !_nodes.ContainsKey(node))
            {
                DropExpired(now);
                if (_nodes.Count >= MaxNodes)
                {
                    return;
                }
            }

            _nodes[node] = (members, now + (long)(expiry.TotalSeconds * time.TimestampFrequency));
        }
    }

    private void DropExpired(long now)
    {
        foreach (ulong expired in _nodes.Where(n => n.Value.Until <= now).Select(n => n.Key).ToList())
        {
            _nodes.Remove(expired);
        }
    }
}
