using System.Diagnostics.Metrics;

namespace WireProtocols.ServerSentEvents;

/// <summary>The instruments of the meter <c>WireProtocols.ServerSentEvents</c>. Nobody listening, they cost a look at a flag.</summary>
internal static class EventStreamMetrics
{
    private static readonly Meter Meter = new("WireProtocols.ServerSentEvents");

    private static readonly UpDownCounter<long> Connections = Meter.CreateUpDownCounter<long>(
        "sse.client.active_connections", "{connection}", "Event streams that clients have open.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "sse.client.refusals", "{response}", "Responses that carry no event stream, by status.");

    private static readonly Counter<long> Reconnects = Meter.CreateCounter<long>(
        "sse.client.reconnects", "{connection}", "Waits of clients for the next attempt, by whether the connection before brought an event.");

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "sse.client.events", "{event}", "Events that clients took; those that broke a limit are skipped ones.");

    private static readonly Histogram<double> Lifetimes = Meter.CreateHistogram<double>(
        "sse.client.connection.duration", "s", "How long clients had an event stream open.");

    private static readonly UpDownCounter<long> Queued = Meter.CreateUpDownCounter<long>(
        "sse.broadcast.queued", "{event}", "Events that wait for the writers of a broadcast, each counted for each writer.");

    private static readonly UpDownCounter<long> Subscriptions = Meter.CreateUpDownCounter<long>(
        "sse.broadcast.subscriptions", "{subscription}", "Writers that take part in a broadcast.");

    private static readonly Counter<long> Published = Meter.CreateCounter<long>(
        "sse.broadcast.events", "{event}", "Events that were published.");

    private static readonly Counter<long> Drops = Meter.CreateCounter<long>(
        "sse.broadcast.drops", "{event}", "Events that a slow subscriber did not get.");

    private static readonly Counter<long> Disconnects = Meter.CreateCounter<long>(
        "sse.broadcast.disconnects", "{subscription}", "Subscribers that were let go because they were too slow.");

    private static readonly KeyValuePair<string, object?> Skipped = new("sse.event.skipped", true);
    private static readonly KeyValuePair<string, object?> Whole = new("sse.event.skipped", false);

    public static void ConnectionOpened() => Connections.Add(1);

    public static void ConnectionClosed(TimeSpan lifetime)
    {
        Connections.Add(-1);
        Lifetimes.Record(lifetime.TotalSeconds);
    }

    public static void Refused(int status) => Refusals.Add(1, new KeyValuePair<string, object?>("http.response.status_code", status));

    public static void Reconnecting(bool afterEvent) => Reconnects.Add(1, new KeyValuePair<string, object?>("sse.client.after_event", afterEvent));

    public static void Received(EventStreamElementKind kind)
    {
        if (Events.Enabled && kind is EventStreamElementKind.Event or EventStreamElementKind.Skipped)
        {
            Events.Add(1, kind == EventStreamElementKind.Event ? Whole : Skipped);
        }
    }

    /// <summary>More waits, or, where it is negative, less.</summary>
    public static void QueueChanged(long events)
    {
        if (events != 0)
        {
            Queued.Add(events);
        }
    }

    public static void Subscribed() => Subscriptions.Add(1);

    public static void Unsubscribed() => Subscriptions.Add(-1);

    public static void EventPublished() => Published.Add(1);

    public static void Dropped() => Drops.Add(1);

    public static void LetGo() => Disconnects.Add(1);
}
