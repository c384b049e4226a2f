using System.Buffers;
using System.Threading.Channels;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>
/// The bytes of connections on their way to somebody who watches them. Whoever makes them does not wait: what does not fit is counted. Who watches
/// may also end what is watched, to see what its client does then.
/// </summary>
internal sealed class WireTap(TimeProvider time)
{
    /// <summary>How many bytes a piece has.</summary>
    private const int MaxPiece = 16 * 1024;

    /// <summary>How many pieces may wait for the one who watches.</summary>
    private const int MaxWaiting = 512;

    private readonly Channel<WirePiece> _pieces = Channel.CreateBounded<WirePiece>(MaxWaiting);
    private readonly long _opened = time.GetTimestamp();
    private readonly HashSet<IWatched> _connections = [];
    private int _numbers;
    private long _lost;
    private TimeSpan _cutUntil;

    public ChannelReader<WirePiece> Pieces => _pieces.Reader;

    /// <summary>Whether the network is down for those who are watched.</summary>
    public bool IsCut
    {
        get
        {
            lock (_connections)
            {
                return Elapsed < _cutUntil;
            }
        }
    }

    private TimeSpan Elapsed => time.GetElapsedTime(_opened);

    /// <summary>A connection has a request that is to be watched.</summary>
    /// <returns>Its number.</returns>
    public int Enter(IWatched connection)
    {
        lock (_connections)
        {
            _connections.Add(connection);
            return ++_numbers;
        }
    }

    /// <summary>A connection is over.</summary>
    public void Leave(IWatched connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
        }
    }

    /// <summary>Ends the requests under way in good order, as a server does that stops.</summary>
    public void EndRequests()
    {
        foreach (IWatched connection in GetConnections())
        {
            connection.EndRequest();
        }
    }

    /// <summary>Drops the connections, and those that come within a time.</summary>
    public void Cut(TimeSpan length)
    {
        lock (_connections)
        {
            _cutUntil = Elapsed + length;
        }

        foreach (IWatched connection in GetConnections())
        {
            connection.Cut();
        }
    }

    /// <summary>Bytes of a connection, or what became of it.</summary>
    public void Add(int connection, string from, ReadOnlySequence<byte> bytes, WireMark mark)
    {
        if (bytes.IsEmpty)
        {
            Add(connection, from, "", 0, mark);
        }

        while (!bytes.IsEmpty)
        {
            byte[] piece = bytes.Slice(0, Math.Min(bytes.Length, MaxPiece)).ToArray();
            Add(connection, from, Convert.ToHexStringLower(piece), piece.Length, mark);
            bytes = bytes.Slice(piece.Length);
        }
    }

    private IWatched[] GetConnections()
    {
        lock (_connections)
        {
            return [.. _connections];
        }
    }

    private void Add(int connection, string from, string hex, int length, WireMark mark)
    {
        double at = Math.Round(Elapsed.TotalMilliseconds, 3);
        WirePiece piece = new(from, connection, at, hex, length, Interlocked.Exchange(ref _lost, 0))
        {
            What = mark.What,
            Stream = mark.Stream,
            Code = mark.Code,
            Text = mark.Text,
            Spec = mark.Spec,
            Offset = mark.Offset,
            Hidden = mark.Hidden is { Length: > 0 } ? mark.Hidden : null,
        };
        if (!_pieces.Writer.TryWrite(piece))
        {
            Interlocked.Add(ref _lost, length + piece.Lost);
        }
    }
}
