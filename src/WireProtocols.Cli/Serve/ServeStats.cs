using System.Diagnostics.Metrics;
using System.Globalization;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// <c>serve --stats</c>: a line of counts now and then. What the WebSockets did comes from the library's meter, as any monitoring would have it;
/// the rest is what a leak would show in.
/// </summary>
internal sealed class ServeStats : IDisposable
{
    private const string MeterName = "WireProtocols.WebSockets";
    private const int AbnormalClosure = 1006;

    private readonly ServeSettings _settings;
    private readonly MeterListener _listener = new();
    private readonly ITimer _timer;
    private long _connections;
    private long _received;
    private long _sent;
    private long _closed;
    private long _lost;

    private ServeStats(TimeSpan period, ServeSettings settings)
    {
        _settings = settings;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.Start();
        _timer = settings.Time.CreateTimer(static state => ((ServeStats)state!).Print(), this, period, period);
    }

    /// <returns>Null where <paramref name="period"/> is zero: nobody wants to know.</returns>
    public static ServeStats? Start(TimeSpan period, ServeSettings settings) => period > TimeSpan.Zero ? new ServeStats(period, settings) : null;

    public void Dispose()
    {
        _timer.Dispose();
        _listener.Dispose();
    }

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        switch (instrument.Name)
        {
            case "websocket.active_connections":
                Interlocked.Add(ref _connections, value);
                break;
            case "websocket.messages":
                Interlocked.Add(ref Find(tags, "network.io.direction") is "receive" ? ref _received : ref _sent, value);
                break;
            case "websocket.closes":
                Interlocked.Add(ref _closed, value);
                Interlocked.Add(ref _lost, Find(tags, "websocket.close.code") is AbnormalClosure ? value : 0);
                break;
        }
    }

    private static object? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == key)
            {
                return tag.Value;
            }
        }

        return null;
    }

    private void Print()
    {
        // Handles first: the list of them is garbage that the collection takes.
        int handles = ProcessHandles.Count();
        GC.Collect();
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"stats connections={_connections} received={_received} sent={_sent} closed={_closed} lost={_lost} heap={GC.GetTotalMemory(false)} "
            + $"resident={Environment.WorkingSet} handles={handles} threads={ThreadPool.ThreadCount}");
        _settings.Log.WriteLine(line);
    }
}
