using System.Diagnostics.Metrics;
using System.Globalization;

namespace WireProtocols.WebTransport;

/// <summary>
/// The instruments of the meter <c>WireProtocols.WebTransport</c>. Nobody listening, they cost a look at a flag. A listener that throws is not heard:
/// a connection is in the middle of something when it tells.
/// </summary>
internal static class WebTransportMetrics
{
    private static readonly Meter Meter = new("WireProtocols.WebTransport");

    private static readonly UpDownCounter<long> Sessions = Meter.CreateUpDownCounter<long>(
        "webtransport.active_sessions", "{session}", "Sessions that are open.");

    private static readonly Histogram<double> Lifetimes = Meter.CreateHistogram<double>(
        "webtransport.session.duration", "s", "How long sessions were open.");

    private static readonly Counter<long> Closes = Meter.CreateCounter<long>(
        "webtransport.closes", "{session}", "Sessions that ended, by the application's close code, or how else they ended.");

    private static readonly Counter<long> Handshakes = Meter.CreateCounter<long>(
        "webtransport.handshakes", "{handshake}", "Requests for a session, by outcome: accepted, or why not.");

    private static readonly Counter<long> Streams = Meter.CreateCounter<long>(
        "webtransport.streams", "{stream}", "Streams of sessions that were opened, by direction and by who opened them.");

    private static readonly Counter<long> Datagrams = Meter.CreateCounter<long>(
        "webtransport.datagrams", "{datagram}", "Datagrams that were sent and received.");

    private static readonly Counter<long> Drops = Meter.CreateCounter<long>(
        "webtransport.datagrams.dropped", "{datagram}", "Datagrams that were not sent or not handed out, by reason.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        "webtransport.io", "By", "Data of streams and payload of datagrams, by direction.");

    private static readonly UpDownCounter<long> Queued = Meter.CreateUpDownCounter<long>(
        "webtransport.queued", "By", "Bytes of streams, datagrams and capsules that wait for their session.");

    private static readonly Counter<long> Violations = Meter.CreateCounter<long>(
        "webtransport.violations", "{violation}", "Rules that peers broke, of capsules among them, by rule and by what was ended.");

    private static readonly KeyValuePair<string, object?> Receive = new("network.io.direction", "receive");
    private static readonly KeyValuePair<string, object?> Transmit = new("network.io.direction", "transmit");

    public static void SessionOpened(WebTransportRole role)
    {
        Add(Sessions, 1, RoleTag(role));
        HandshakeDone(role, "accepted");
    }

    /// <param name="role">The side.</param>
    /// <param name="outcome">The application's code, the name of the rule that was broken, or how else it ended.</param>
    /// <param name="lifetime">How long it was open.</param>
    public static void SessionClosed(WebTransportRole role, string outcome, TimeSpan lifetime)
    {
        Add(Sessions, -1, RoleTag(role));
        Add(Closes, 1, RoleTag(role), new KeyValuePair<string, object?>("webtransport.close.code", outcome));
        try
        {
            Lifetimes.Record(lifetime.TotalSeconds, RoleTag(role));
        }
        catch (Exception)
        {
            // It is the listener's.
        }
    }

    /// <param name="role">The side.</param>
    /// <param name="outcome">"accepted", the status of a refusal, the name of an error, or how else it ended.</param>
    public static void HandshakeDone(WebTransportRole role, string outcome)
        => Add(Handshakes, 1, RoleTag(role), new KeyValuePair<string, object?>("webtransport.handshake.outcome", outcome));

    public static void Refused(WebTransportRole role, int status) => HandshakeDone(role, status.ToString(CultureInfo.InvariantCulture));

    public static void StreamOpened(WebTransportStreamDirection direction, bool isLocal) => Add(
        Streams,
        1,
        new KeyValuePair<string, object?>(
            "webtransport.stream.direction", direction == WebTransportStreamDirection.Bidirectional ? "bidirectional" : "unidirectional"),
        new KeyValuePair<string, object?>("webtransport.stream.initiator", isLocal ? "local" : "remote"));

    public static void DataSent(int count)
    {
        if (Bytes.Enabled)
        {
            Add(Bytes, count, Transmit);
        }
    }

    public static void DataReceived(int count)
    {
        if (Bytes.Enabled)
        {
            Add(Bytes, count, Receive);
        }
    }

    public static void DatagramSent(int length)
    {
        if (Datagrams.Enabled || Bytes.Enabled)
        {
            Add(Datagrams, 1, Transmit);
            Add(Bytes, length, Transmit);
        }
    }

    public static void DatagramReceived(int length)
    {
        if (Datagrams.Enabled || Bytes.Enabled)
        {
            Add(Datagrams, 1, Receive);
            Add(Bytes, length, Receive);
        }
    }

    /// <summary>It is larger than the stack can send, or than what is taken.</summary>
    public static void DatagramTooLarge(bool isSent) => Dropped(1, "too_large", isSent ? Transmit : Receive);

    /// <summary>Too much waits for sessions that are not there yet.</summary>
    public static void DatagramWithoutRoom() => Dropped(1, "no_room", Receive);

    /// <summary>Their session is over, or was never there.</summary>
    public static void DatagramsWithoutSession(int count)
    {
        if (count > 0)
        {
            Dropped(count, "no_session", Receive);
        }
    }

    /// <summary>More waits, or, where it is negative, less.</summary>
    public static void QueueChanged(int bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        try
        {
            Queued.Add(bytes);
        }
        catch (Exception)
        {
            // It is the listener's.
        }
    }

    public static void Violated(WebTransportProtocolError error, WebTransportErrorScope scope) => Add(
        Violations,
        1,
        new KeyValuePair<string, object?>("error.type", error.ToString()),
        new KeyValuePair<string, object?>("webtransport.violation.scope", scope switch
        {
            WebTransportErrorScope.Stream => "stream",
            WebTransportErrorScope.Session => "session",
            _ => "connection",
        }));

    private static void Dropped(int count, string reason, KeyValuePair<string, object?> direction)
        => Add(Drops, count, direction, new KeyValuePair<string, object?>("webtransport.drop.reason", reason));

    private static void Add(UpDownCounter<long> counter, long value, KeyValuePair<string, object?> tag)
    {
        try
        {
            counter.Add(value, tag);
        }
        catch (Exception)
        {
            // It is the listener's.
        }
    }

    private static void Add(Counter<long> counter, long value, KeyValuePair<string, object?> tag)
    {
        try
        {
            counter.Add(value, tag);
        }
        catch (Exception)
        {
            // It is the listener's.
        }
    }

    private static void Add(Counter<long> counter, long value, KeyValuePair<string, object?> first, KeyValuePair<string, object?> second)
    {
        try
        {
            counter.Add(value, first, second);
        }
        catch (Exception)
        {
            // It is the listener's.
        }
    }

    private static KeyValuePair<string, object?> RoleTag(WebTransportRole role)
        => new("webtransport.role", role == WebTransportRole.Client ? "client" : "server");
}
