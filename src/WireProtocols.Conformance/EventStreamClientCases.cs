namespace WireProtocols.Conformance;

/// <summary>
/// The cases for a client of event streams: it reads the URL and posts what it saw. One that connects again does so until it is told to stop.
/// </summary>
public static class EventStreamClientCases
{
    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. ReaderRequestCases.All,
        .. ReaderFieldCases.All,
        .. ReaderTextCases.All,
        .. ReaderHttpCases.All,
        .. ReaderRefusalCases.All,
        .. ReaderReconnectCases.All,
        .. ReaderAttackCases.All,
    ];
}
