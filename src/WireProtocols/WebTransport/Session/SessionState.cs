namespace WireProtocols.WebTransport;

/// <summary>One session, as the objects of its connection see it. The application holds its <see cref="Handle"/>.</summary>
internal sealed class SessionState(long id, WebTransportRequest request)
{
    private readonly HashSet<long> _streamIds = [];
    private Phase _phase;

    private enum Phase : byte
    {
        Pending,
        Open,
        Closed,
    }

    /// <summary>The id of its CONNECT stream.</summary>
    public long Id { get; } = id;

    public WebTransportRequest Request { get; } = request;

    /// <summary>What events name. Whoever makes the session sets it at once.</summary>
    public WebTransportSession Handle { get; set; } = null!;

    public string? Protocol { get; private set; }

    /// <summary>True for a client that closes the session where the server selects no application protocol.</summary>
    public bool RequiresProtocol { get; init; }

    public bool IsPending => _phase == Phase.Pending;

    public bool IsOpen => _phase == Phase.Open;

    public bool IsClosed => _phase == Phase.Closed;

    public bool IsDraining { get; set; }

    public SessionCredit Credit { get; } = new();

    public SessionTunnel Tunnel { get; } = new();

    /// <summary>The server has accepted it.</summary>
    public void Open(string? protocol)
    {
        _phase = Phase.Open;
        Protocol = protocol;
    }

    /// <returns>False where it was over already.</returns>
    public bool TryEnd()
    {
        bool first = _phase != Phase.Closed;
        _phase = Phase.Closed;
        return first;
    }

    public void AddStream(long streamId) => _streamIds.Add(streamId);

    /// <returns>False where it has no such stream, or no longer.</returns>
    public bool RemoveStream(long streamId) => _streamIds.Remove(streamId);

    /// <summary>The ids of its streams, which it has no more from here on.</summary>
    public long[] TakeStreams()
    {
        long[] ids = [.. _streamIds];
        _streamIds.Clear();
        return ids;
    }
}
