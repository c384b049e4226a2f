using System.Diagnostics.Metrics;

namespace WireProtocols.Backplane;

/// <summary>The instruments of the meter <c>WireProtocols.Backplane</c>. Nobody listening, they cost a look at a flag.</summary>
internal static class BackplaneMetrics
{
    private static readonly Meter Meter = new("WireProtocols.Backplane");

    private static readonly UpDownCounter<long> Connected = Meter.CreateUpDownCounter<long>(
        "backplane.connected", "{node}", "Nodes that reach their backplane.");

    private static readonly Counter<long> Losses = Meter.CreateCounter<long>(
        "backplane.losses", "{loss}", "How often a node lost its backplane.");

    private static readonly UpDownCounter<long> Topics = Meter.CreateUpDownCounter<long>(
        "backplane.topics", "{topic}", "Topics that nodes have open.");

    private static readonly Counter<long> Appended = Meter.CreateCounter<long>(
        "backplane.published", "{message}", "Messages of nodes that came into the log.");

    private static readonly Counter<long> Delivered = Meter.CreateCounter<long>(
        "backplane.delivered", "{message}", "Messages that nodes delivered, by how they came: live, from the log, or without it.");

    private static readonly Counter<long> Duplicates = Meter.CreateCounter<long>(
        "backplane.duplicates", "{message}", "Messages that came again and were not delivered.");

    private static readonly Counter<long> Gaps = Meter.CreateCounter<long>(
        "backplane.gaps", "{gap}", "How often something before a message had not been heard, and was read from the log.");

    private static readonly Counter<long> Gone = Meter.CreateCounter<long>(
        "backplane.gone", "{gap}", "How often what was to be read from a log may have been gone.");

    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>(
        "backplane.waiting", "{message}", "Messages of nodes that wait for the log.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "backplane.failures", "{message}", "Messages that are of no use: no records, or receivers threw.");

    private static readonly KeyValuePair<string, object?> LiveTag = new("backplane.source", "live");
    private static readonly KeyValuePair<string, object?> LogTag = new("backplane.source", "log");
    private static readonly KeyValuePair<string, object?> LocalTag = new("backplane.source", "local");

    public static void ConnectedChanged(int nodes) => Connected.Add(nodes);

    public static void Lost() => Losses.Add(1);

    public static void TopicsChanged(int topics) => Topics.Add(topics);

    public static void Published(int messages) => Appended.Add(messages);

    public static void DeliveredLive() => Delivered.Add(1, LiveTag);

    public static void DeliveredFromLog() => Delivered.Add(1, LogTag);

    public static void DeliveredLocally() => Delivered.Add(1, LocalTag);

    public static void Duplicate() => Duplicates.Add(1);

    public static void Gap() => Gaps.Add(1);

    public static void LogGone() => Gone.Add(1);

    public static void WaitingChanged(int messages) => Waiting.Add(messages);

    public static void Failed() => Failures.Add(1);
}
