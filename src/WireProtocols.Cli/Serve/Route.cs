namespace WireProtocols.Cli.Serve;

/// <summary>What answers at a path: one file, and one line in <see cref="Site"/>.</summary>
internal abstract class Route
{
    public abstract string Path { get; }

    /// <summary>Whether it answers at this path.</summary>
    public virtual bool Matches(string path) => path == Path;

    public virtual IReadOnlyList<string> Methods => ["GET"];

    /// <summary>Whether pages of the origins that <c>--allow-origin</c> names may send requests and read the answers (CORS).</summary>
    public virtual bool IsCrossOrigin => false;

    /// <summary>One line for the list at <c>/</c>.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Answers the request, upgrade and all. When it returns, everything is written. What it throws because the body is bad or the server stops is
    /// answered by the connection; a peer that goes away surfaces as an <see cref="IOException"/>, which the caller expects.
    /// </summary>
    public abstract ValueTask HandleAsync(ServeRequest request);
}
