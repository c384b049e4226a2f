using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Traffic;

/// <summary>Shows connections as their bytes come, and records them where that is wanted. One caller at a time.</summary>
/// <param name="run">Where they are shown.</param>
/// <param name="settings">What is shown.</param>
/// <param name="recorder">Where they are recorded; null for nowhere.</param>
/// <param name="clock">Tells the time of rows; null where they have none.</param>
/// <param name="numbers">Whether rows say the number of their connection.</param>
internal sealed class TrafficView(
    FormatRun run, TrafficSettings settings, TrafficRecorder? recorder = null, Func<DateTimeOffset>? clock = null, bool numbers = true) : IDisposable
{
    private readonly Dictionary<int, Conversation> _open = [];
    private int _last;

    /// <summary>The exit status so far.</summary>
    public int Status => run.Status;

    /// <summary>What the elements that the server sends are counted by; null where nobody counts.</summary>
    public Action? Counter { get; init; }

    /// <summary>A connection begins.</summary>
    /// <param name="client">The address of the client.</param>
    /// <param name="server">The address of the server.</param>
    /// <param name="isTold">Whether a row or heading says so.</param>
    /// <returns>Its number.</returns>
    public int Begin(string client, string server, bool isTold = true)
    {
        int stream = ++_last;
        recorder?.Begin(stream, client, server);
        if (isTold)
        {
            Tell(stream, client, server);
        }

        FormatRun serverRun = run.Beside(LabelOf(stream, TrafficSide.Server));
        serverRun.Counter = Counter;
        _open[stream] = new Conversation(run.Beside(LabelOf(stream, TrafficSide.Client)), serverRun, settings);
        return stream;
    }

    /// <summary>One side of a connection has sent bytes.</summary>
    public void Add(int stream, TrafficSide side, ReadOnlySpan<byte> bytes)
    {
        recorder?.Add(stream, side, bytes);
        if (_open.TryGetValue(stream, out Conversation? conversation))
        {
            conversation.Feed(side, bytes);
        }
    }

    /// <summary>One side of a connection sends nothing more.</summary>
    public void Close(int stream, TrafficSide side)
    {
        recorder?.Close(stream, side);
        if (_open.TryGetValue(stream, out Conversation? conversation))
        {
            conversation.Complete(side);
        }
    }

    /// <summary>Bytes of one side are lost.</summary>
    public void Skip(int stream, TrafficSide side, long length)
    {
        if (_open.TryGetValue(stream, out Conversation? conversation))
        {
            TellSegment(stream, side, "loss", conversation.PositionOf(side), length);
            conversation.Skip(side, length);
        }
    }

    /// <summary>Says of a segment of TCP that it came again, or out of order.</summary>
    public void TellSegment(int stream, TrafficSide side, string kind, long offset, long length)
    {
        if (run.Json)
        {
            using JsonRows rows = new(run.Output, LabelOf(stream, side));
            Utf8JsonWriter row = rows.Begin(System.Text.Encoding.ASCII.GetBytes(kind));
            rows.WriteOffset(offset);
            row.WriteNumber("length"u8, length);
            rows.End();
            return;
        }

        string words = kind switch { "loss" => "lost, never seen", "retransmission" => "sent again", _ => "out of order" };
        run.Beside(LabelOf(stream, side)).View.Element(offset, $"{View.HumanView.Count(length)} {words}");
    }

    /// <summary>Nobody has to know of the connection any more.</summary>
    public void Forget(int stream)
    {
        if (_open.Remove(stream, out Conversation? conversation))
        {
            conversation.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (Conversation conversation in _open.Values)
        {
            conversation.Dispose();
        }

        _open.Clear();
    }

    private RowLabel LabelOf(int stream, TrafficSide? side) => new(numbers ? stream : 0, side is { } who ? TrafficNames.Of(who) : null, clock);

    private void Tell(int stream, string client, string server)
    {
        if (!run.Json)
        {
            run.Beside(LabelOf(stream, null)).View.Element(0, $"connection from {client} to {server}");
            return;
        }

        using JsonRows rows = new(run.Output, LabelOf(stream, null));
        Utf8JsonWriter row = rows.Begin("stream"u8);
        row.WriteString("client"u8, client);
        row.WriteString("server"u8, server);
        rows.End();
    }
}
