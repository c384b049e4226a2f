using System.Diagnostics.Metrics;

namespace WireProtocols.Http1;

/// <summary>
/// The instruments of the meter <c>WireProtocols.Http1</c>, named after OpenTelemetry's conventions for HTTP where those have a name. Nobody
/// listening, they cost a look at a flag.
/// </summary>
internal static class Http1Metrics
{
    private static readonly Meter Meter = new("WireProtocols.Http1");

    private static readonly UpDownCounter<long> Connections = Meter.CreateUpDownCounter<long>(
        "http.server.active_connections", "{connection}", "Connections of servers that are open, those handed over to another protocol left out.");

    private static readonly Histogram<double> ConnectionDurations = Meter.CreateHistogram<double>(
        "http.server.connection.duration", "s", "How long connections of servers were open.");

    private static readonly UpDownCounter<long> Requests = Meter.CreateUpDownCounter<long>(
        "http.server.active_requests", "{request}", "Requests that are being answered.");

    private static readonly Histogram<double> RequestDurations = Meter.CreateHistogram<double>(
        "http.server.request.duration", "s", "From the head of a request to the end of its response, by method and status.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "http.server.refusals", "{request}", "Requests that the connection itself answered or dropped, by reason.");

    private static readonly Histogram<double> ClientDurations = Meter.CreateHistogram<double>(
        "http.client.request.duration", "s", "From the end of a request to the head of its response, by method and status.");

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    public static void ConnectionOpened() => Connections.Add(1);

    public static void ConnectionClosed(TimeSpan lifetime)
    {
        Connections.Add(-1);
        ConnectionDurations.Record(lifetime.TotalSeconds);
    }

    public static void RequestStarted() => Requests.Add(1);

    public static void RequestEnded(OwnedHttp1RequestHead request, int statusCode, TimeSpan duration)
    {
        Requests.Add(-1);
        if (RequestDurations.Enabled)
        {
            RequestDurations.Record(duration.TotalSeconds, MethodTag(request.Method), StatusTag(statusCode));
        }
    }

    /// <param name="reason">The name of the rule that was broken, "timeout", "idle", "left", "handler" or "stopping".</param>
    public static void Refused(string reason) => Refusals.Add(1, new KeyValuePair<string, object?>("error.type", reason));

    public static void Received(string method, int statusCode, TimeSpan duration)
    {
        if (ClientDurations.Enabled)
        {
            ClientDurations.Record(duration.TotalSeconds, MethodTag(method), StatusTag(statusCode));
        }
    }

    /// <summary>A method that a peer made up is no tag of its own: there would be no end of them.</summary>
    private static KeyValuePair<string, object?> MethodTag(string method)
        => new("http.request.method", Array.IndexOf(Methods, method) < 0 ? "_OTHER" : method);

    private static KeyValuePair<string, object?> StatusTag(int statusCode) => new("http.response.status_code", statusCode);
}
