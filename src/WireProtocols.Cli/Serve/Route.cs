namespace WireProtocols.Cli.Serve;

/// <summary>What answers at a path: one file, and one line in <see cref="Site"/>.</summary>
internal abstract class Route
{
    public abstract string Path { get; }

    public virtual IReadOnlyList<string> Methods => ["GET"];

    /// <summary>One line for the list at <c>/</c>.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Answers the request, upgrade and all. When it returns, everything is written, and <see cref="ServeRequest.KeepsAlive"/> says whether the
    /// connection takes another request or ends. A peer that goes away surfaces as an <see cref="IOException"/>, which the caller expects.
    /// </summary>
    public abstract ValueTask HandleAsync(ServeRequest request);
}
