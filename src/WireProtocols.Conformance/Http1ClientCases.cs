namespace WireProtocols.Conformance;

/// <summary>The cases for an HTTP/1.1 client, which GETs the URL of a case and reports what it saw.</summary>
public static class Http1ClientCases
{
    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. Http1ClientRequestCases.All,
        .. Http1ClientHeadCases.All,
        .. Http1ClientBodyCases.All,
        .. Http1ClientConnectionCases.All,
    ];
}
