namespace WireProtocols.Conformance;

/// <summary>The cases for an HTTP/1.1 server: GET, HEAD, POST that echoes its body, OPTIONS *.</summary>
public static class Http1ServerCases
{
    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. Http1RequestLineCases.All,
        .. Http1TargetCases.All,
        .. Http1FieldCases.All,
        .. Http1FramingCases.All,
        .. Http1ChunkCases.All,
        .. Http1BodyCases.All,
        .. Http1ConnectionCases.All,
        .. Http1ExpectCases.All,
        .. Http1AnswerCases.All,
        .. Http1AttackCases.All,
    ];
}
