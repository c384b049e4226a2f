using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WireProtocols.WebSockets;

/// <summary>The instruments of the meter <c>WireProtocols.WebSockets</c>. Nobody listening, they cost a look at a flag.</summary>
internal static class WebSocketMetrics
{
    private static readonly Meter Meter = new("WireProtocols.WebSockets");

    private static readonly UpDownCounter<long> Connections = Meter.CreateUpDownCounter<long>(
        "websocket.active_connections", "{connection}", "Connections that are open.");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "websocket.messages", "{message}", "Messages, by direction and type.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        "websocket.io", "By", "Payload of messages, by direction, before compression.");

    private static readonly UpDownCounter<long> Pings = Meter.CreateUpDownCounter<long>(
        "websocket.outstanding_pings", "{ping}", "Pings of this end that have no answer yet.");

    private static readonly Counter<long> Closes = Meter.CreateCounter<long>(
        "websocket.closes", "{connection}", "Connections that ended, by close code.");

    private static readonly Counter<long> Handshakes = Meter.CreateCounter<long>(
        "websocket.handshakes", "{handshake}", "Opening handshakes, by outcome: accepted, or why not.");

    private static readonly Histogram<double> Lifetimes = Meter.CreateHistogram<double>(
        "websocket.connection.duration", "s", "How long connections were open.");

    private static readonly UpDownCounter<long> Queued = Meter.CreateUpDownCounter<long>(
        "websocket.queued", "By", "Payload of messages that wait for their turn.");

    private static readonly Counter<long> Drops = Meter.CreateCounter<long>(
        "websocket.broadcast.drops", "{message}", "Messages that a slow subscriber of a broadcast did not get.");

    private static readonly KeyValuePair<string, object?> Receive = new("network.io.direction", "receive");
    private static readonly KeyValuePair<string, object?> Transmit = new("network.io.direction", "transmit");
    private static readonly KeyValuePair<string, object?> Text = new("websocket.message.type", "text");
    private static readonly KeyValuePair<string, object?> Binary = new("websocket.message.type", "binary");

    public static void ConnectionOpened(WebSocketRole role) => Connections.Add(1, RoleTag(role));

    /// <summary>The opening handshakes as activities, for tracing.</summary>
    public static ActivitySource Activities { get; } = new("WireProtocols.WebSockets");

    public static void ConnectionClosed(WebSocketRole role, WebSocketCloseCode code, TimeSpan lifetime)
    {
        Lifetimes.Record(lifetime.TotalSeconds, RoleTag(role));
        Connections.Add(-1, RoleTag(role));
        Closes.Add(1, RoleTag(role), new KeyValuePair<string, object?>("websocket.close.code", (int)code));
    }

    public static void Received(scoped in WebSocketMessagePart part)
    {
        if (Bytes.Enabled || Messages.Enabled)
        {
            Bytes.Add(part.Payload.Length, Receive);
            if (part.IsLast)
            {
                Messages.Add(1, Receive, TypeTag(part.Opcode));
            }
        }
    }

    public static void Sent(WebSocketOpcode opcode, int length, bool isLast)
    {
        if (Bytes.Enabled || Messages.Enabled)
        {
            Bytes.Add(length, Transmit);
            if (isLast)
            {
                Messages.Add(1, Transmit, TypeTag(opcode));
            }
        }
    }

    /// <param name="role">Which end this is.</param>
    /// <param name="outcome">"accepted", the status of a refusal, the name of an error, or "timeout".</param>
    public static void HandshakeDone(WebSocketRole role, string outcome)
        => Quietly(() => Handshakes.Add(1, RoleTag(role), new KeyValuePair<string, object?>("websocket.handshake.outcome", outcome)));

    /// <summary>More waits, or, where it is negative, less.</summary>
    public static void QueueChanged(long bytes) => Quietly(() => Queued.Add(bytes));

    public static void Dropped(int messages) => Quietly(() => Drops.Add(messages));

    public static void PingSent() => Pings.Add(1);

    /// <summary>It is answered, or the connection is gone.</summary>
    public static void PingDone() => Pings.Add(-1);

    /// <summary>Records what somebody does who holds a turn or a lock: a listener that throws must not keep that from being given back.</summary>
    private static void Quietly(Action record)
    {
        try
        {
            record();
        }
        catch (Exception)
        {
            // It is the listener's.
        }
    }

    private static KeyValuePair<string, object?> RoleTag(WebSocketRole role)
        => new("websocket.role", role == WebSocketRole.Client ? "client" : "server");

    private static KeyValuePair<string, object?> TypeTag(WebSocketOpcode opcode) => opcode == WebSocketOpcode.Text ? Text : Binary;
}
