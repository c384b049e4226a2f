using System.Collections.Concurrent;
using System.Globalization;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>What the clients of one process have counted. Many threads add to the fields, each with <see cref="Interlocked"/>.</summary>
internal sealed class QuicSoakCounts
{
    private const int MaxDetails = 3;

    private readonly ConcurrentQueue<string> _details = new();

    public long Opened;

    /// <summary>Streams whose echo was whole and ended.</summary>
    public long Echoed;

    public long Resets;
    public long Stops;
    public long DatagramsSent;
    public long DatagramsBack;

    /// <summary>Sessions that either side closed with code and reason.</summary>
    public long Closed;

    /// <summary>Connections that were closed or let go with streams open.</summary>
    public long Aborted;

    /// <summary>Attempts that the server refused because it was busy. Each is made again.</summary>
    public long Refused;

    public long ConnectFailures;

    /// <summary>Connections that ended though nobody here ended them.</summary>
    public long UnexpectedEnds;

    /// <summary>Echoes with other bytes than were sent, and closes that did not say what they should.</summary>
    public long Wrong;

    /// <summary>The counts whose sum must be zero.</summary>
    public long Bad => ConnectFailures + UnexpectedEnds + Wrong;

    public IEnumerable<string> Details => _details;

    public void AddDetail(string detail)
    {
        if (_details.Count < MaxDetails)
        {
            _details.Enqueue(detail);
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Opened} opened, {Echoed} streams echoed, {Resets} reset, {Stops} stopped, {DatagramsBack} of {DatagramsSent} datagrams back, {Closed} "
            + $"closed, {Aborted} aborted, {Refused} refused; {ConnectFailures} not connected, {UnexpectedEnds} ended unexpectedly, {Wrong} wrong");

    /// <summary>As one line that <see cref="Add"/> reads.</summary>
    public string ToLine() => string.Join(
        ' ',
        ((long[])[Opened, Echoed, Resets, Stops, DatagramsSent, DatagramsBack, Closed, Aborted, ConnectFailures, UnexpectedEnds, Wrong, Refused])
            .Select(n => n.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Adds the counts of a process that said them last before it ended.</summary>
    public void Add(string line)
    {
        long[] counts = [.. line.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        Opened += counts[0];
        Echoed += counts[1];
        Resets += counts[2];
        Stops += counts[3];
        DatagramsSent += counts[4];
        DatagramsBack += counts[5];
        Closed += counts[6];
        Aborted += counts[7];
        ConnectFailures += counts[8];
        UnexpectedEnds += counts[9];
        Wrong += counts[10];
        Refused += counts[11];
    }
}
