using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Capture;

/// <summary>The TCP connections of a capture.</summary>
/// <param name="view">Where they are shown.</param>
/// <param name="ports">The ports of which one side has to be one; all where there is none.</param>
internal sealed class TcpConnections(TrafficView view, IReadOnlySet<int> ports)
{
    private const int MostOpen = 65_536;

    private readonly Dictionary<(TcpEnd, TcpEnd), Connection> _open = [];

    /// <summary>How many there have been.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a segment.</summary>
    /// <returns>False where it belongs to no connection that is shown.</returns>
    public bool Add(scoped in TcpSegment segment)
    {
        if (ports.Count > 0 && !ports.Contains(segment.Source.Port) && !ports.Contains(segment.Destination.Port))
        {
            return false;
        }

        (TcpEnd, TcpEnd) key = segment.Source.CompareTo(segment.Destination) < 0
            ? (segment.Source, segment.Destination)
            : (segment.Destination, segment.Source);
        if (_open.TryGetValue(key, out Connection? connection) && connection.IsBegunAnew(segment))
        {
            connection.End();
            _open.Remove(key);
            connection = null;
        }

        if (connection is null)
        {
            if ((!segment.IsSyn && segment.Data.IsEmpty) || _open.Count >= MostOpen)
            {
                return false;
            }

            connection = Begin(segment);
            _open[key] = connection;
        }

        connection.Add(segment);
        if (connection.IsClosed)
        {
            // The last acknowledgments are nobody's, and ask for no new connection.
            _open.Remove(key);
            view.Forget(connection.Stream);
        }

        return true;
    }

    /// <summary>The capture ends.</summary>
    public void End()
    {
        foreach (Connection connection in _open.Values)
        {
            connection.End();
        }

        _open.Clear();
    }

    private Connection Begin(scoped in TcpSegment segment)
    {
        // Where the SYN was not captured, the lower port is likely the server's.
        bool isFromClient = segment.IsSyn ? !segment.HasAcknowledgment : segment.Source.Port > segment.Destination.Port;
        (TcpEnd client, TcpEnd server) = isFromClient ? (segment.Source, segment.Destination) : (segment.Destination, segment.Source);
        Count++;
        return new Connection(view, view.Begin($"{client}", $"{server}"), client);
    }

    private sealed class Connection(TrafficView view, int stream, TcpEnd client)
    {
        private readonly TcpDirection _client = new(view, stream, TrafficSide.Client);
        private readonly TcpDirection _server = new(view, stream, TrafficSide.Server);
        private uint? _syn;

        public int Stream { get; } = stream;

        public bool IsClosed => _client.IsClosed && _server.IsClosed;

        /// <summary>Whether a SYN is another one than that which the connection began with.</summary>
        public bool IsBegunAnew(scoped in TcpSegment segment)
            => segment is { IsSyn: true, HasAcknowledgment: false } && _syn != segment.Sequence;

        public void Add(scoped in TcpSegment segment)
        {
            (TcpDirection own, TcpDirection other) = segment.Source == client ? (_client, _server) : (_server, _client);
            if (segment.IsSyn)
            {
                _syn ??= segment.HasAcknowledgment ? null : segment.Sequence;
                own.Begin(segment.Sequence);
            }

            if (segment.IsReset)
            {
                End();
                return;
            }

            if (segment.HasAcknowledgment)
            {
                other.Acknowledge(segment.Acknowledgment);
            }

            own.Add(segment.IsSyn ? segment.Sequence + 1 : segment.Sequence, segment.Data, segment.IsFin);
        }

        public void End()
        {
            _client.End();
            _server.End();
        }
    }
}
