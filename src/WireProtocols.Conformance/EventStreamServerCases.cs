namespace WireProtocols.Conformance;

/// <summary>The cases for a server with an event stream, endless or not, with ids or without.</summary>
public static class EventStreamServerCases
{
    /// <summary>
    /// All of them, in the order in which they are played. The first one begins to watch the stream; those that judge what was seen stand behind
    /// those that need not wait for it.
    /// </summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. StreamAnswerCases.All.Take(1),
        .. StreamRequestCases.All,
        .. StreamInjectionCases.All,
        .. StreamAnswerCases.All.Skip(1),
        .. StreamMethodCases.All,
        .. StreamFramingCases.All,
        .. StreamFormatCases.All,
        .. StreamFieldCases.All,
        .. StreamFlushCases.All,
        .. StreamResumeCases.All,
        .. StreamIdCases.All,
        .. StreamClientsCases.All,
        .. StreamAttackCases.All,
    ];
}
