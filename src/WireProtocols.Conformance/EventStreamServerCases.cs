namespace WireProtocols.Conformance;

/// <summary>The cases for a server with an event stream, endless or not, with ids or without.</summary>
public static class EventStreamServerCases
{
    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. StreamAnswerCases.All,
        .. StreamRequestCases.All,
        .. StreamMethodCases.All,
        .. StreamFramingCases.All,
        .. StreamFormatCases.All,
        .. StreamFieldCases.All,
        .. StreamFlushCases.All,
        .. StreamResumeCases.All,
        .. StreamIdCases.All,
        .. StreamInjectionCases.All,
        .. StreamClientsCases.All,
        .. StreamAttackCases.All,
    ];
}
