namespace WireProtocols.Conformance;

/// <summary>Starts the client for a case.</summary>
internal interface IClientLauncher
{
    /// <exception cref="ConformanceUnreachableException">It cannot be started at all.</exception>
    IClientRun Start(Uri url);
}

/// <summary>A client at work; disposing ends it.</summary>
internal interface IClientRun : IAsyncDisposable
{
    /// <summary>Completes when the client is gone, with words that say how: <c>ended with exit code 1</c>. It never fails.</summary>
    Task<string> Ended { get; }
}
