namespace WireProtocols.WebTransport;

/// <summary>One session, as the objects of its connection see it. The application holds its <see cref="Handle"/>.</summary>
internal sealed class SessionState(long id, WebTransportRequest request)
{
    private readonly HashSet<long> _streamIds = [];
    private Phase _phase;

    private enum Phase : byte
    {
        /// <summary>The client has asked for it.</summary>
        Pending,

        /// <summary>The server has accepted it.</summary>
        Open,

        /// <summary>It is over, and the peer's last word on the CONNECT stream says why.</summary>
        Ending,

        /// <summary>It is over, and the application has been told.</summary>
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

    /// <summary>True while the peer's last word is awaited; see <see cref="SessionTable.AwaitLastWord"/>.</summary>
    public bool IsEnding => _phase == Phase.Ending;

    /// <summary>True when nothing can be done with it any more.</summary>
    public bool IsClosed => _phase >= Phase.Ending;

    /// <summary>The code with which the peer stopped reading the CONNECT stream, or null. Nothing can be sent on it then.</summary>
    public long? StopCode { get; set; }

    public bool IsDraining { get; set; }

    /// <summary>When it was opened, as the connection's time provider counts; null where it never was, or its end has been counted.</summary>
    public long? Opened { get; set; }

    public SessionCredit Credit { get; } = new();

    public SessionTunnel Tunnel { get; } = new();

    /// <summary>The server has accepted it.</summary>
    public void Open(string? protocol)
    {
        _phase = Phase.Open;
        Protocol = protocol;
    }

    /// <summary>It is over; why, the application will be told later.</summary>
    public void BeginEnding() => _phase = Phase.Ending;

    /// <summary>It is over, and the application is told why.</summary>
    /// <returns>False where it has been told before.</returns>
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
