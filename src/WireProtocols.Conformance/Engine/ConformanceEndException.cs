namespace WireProtocols.Conformance;

/// <summary>Ends a case from within with what has been found.</summary>
internal sealed class ConformanceEndException(ConformanceFinding finding) : Exception(finding.Got)
{
    public ConformanceFinding Finding { get; } = finding;
}

/// <summary>The subject cannot be reached.</summary>
public sealed class ConformanceUnreachableException : Exception
{
    internal ConformanceUnreachableException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
