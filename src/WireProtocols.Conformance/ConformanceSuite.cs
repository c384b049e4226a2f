namespace WireProtocols.Conformance;

/// <summary>The cases for one kind of subject.</summary>
public sealed class ConformanceSuite
{
    private readonly Lazy<IReadOnlyList<ConformanceCase>> _cases;

    private ConformanceSuite(string subject, bool isOfClients, Func<IReadOnlyList<ConformanceCase>> cases)
    {
        Subject = subject;
        IsOfClients = isOfClients;

        // Some cases are megabytes: they are made for who plays them.
        _cases = new Lazy<IReadOnlyList<ConformanceCase>>(cases);
    }

    /// <summary>A WebSocket server that echoes every message, same type.</summary>
    public static ConformanceSuite WebSocketServers { get; } = new("websocket", isOfClients: false, () => WebSocketServerCases.All);

    /// <summary>A WebSocket client that echoes every message, same type, until the server closes.</summary>
    public static ConformanceSuite WebSocketClients { get; } = new("websocket", isOfClients: true, () => WebSocketClientCases.All);

    /// <summary>An HTTP/1.1 server that answers GET, HEAD, POST with its body, and OPTIONS *.</summary>
    public static ConformanceSuite Http1Servers { get; } = new("http1", isOfClients: false, () => Http1ServerCases.All);

    /// <summary>An HTTP/1.1 client that GETs a URL and reports what it saw.</summary>
    public static ConformanceSuite Http1Clients { get; } = new("http1", isOfClients: true, () => Http1ClientCases.All);

    /// <summary>A server with an event stream.</summary>
    public static ConformanceSuite EventStreamServers { get; } = new("sse", isOfClients: false, () => EventStreamServerCases.All);

    /// <summary>A client of event streams, which posts what it saw.</summary>
    public static ConformanceSuite EventStreamClients { get; } = new("sse", isOfClients: true, () => EventStreamClientCases.All);

    /// <summary>A WebTransport server whose session at the URL echoes; <see cref="ConformanceOptions.OpenCarrier"/> says how it is reached.</summary>
    public static ConformanceSuite WebTransportServers { get; } = new("webtransport", isOfClients: false, () => WebTransportServerCases.All);

    /// <summary>A WebTransport client that opens a session at the URL and echoes; <see cref="ConformanceOptions.OpenCarrier"/> gives its connections,
    /// one a case.</summary>
    public static ConformanceSuite WebTransportClients { get; } = new("webtransport", isOfClients: true, () => WebTransportClientCases.All);

    /// <summary>All suites.</summary>
    public static IReadOnlyList<ConformanceSuite> All { get; } =
    [
        WebSocketServers,
        WebSocketClients,
        Http1Servers,
        Http1Clients,
        EventStreamServers,
        EventStreamClients,
        WebTransportServers,
        WebTransportClients,
    ];

    /// <summary>What is examined: <c>websocket</c>, for instance.</summary>
    public string Subject { get; }

    /// <summary>True where the examiner listens and the subject connects.</summary>
    public bool IsOfClients { get; }

    /// <summary>The cases, in the order in which they are played.</summary>
    public IReadOnlyList<ConformanceCase> Cases => _cases.Value;

    /// <summary>The case with an id, of whichever suite.</summary>
    /// <returns>Null where there is none.</returns>
    public static ConformanceCase? FindCase(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return All.SelectMany(s => s.Cases).FirstOrDefault(c => c.Id == id);
    }

    /// <summary>The suite for a subject in a role.</summary>
    /// <returns>Null where there is none.</returns>
    public static ConformanceSuite? Find(string subject, bool isOfClients)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return All.FirstOrDefault(s => s.Subject == subject && s.IsOfClients == isOfClients);
    }
}
