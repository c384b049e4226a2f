namespace WireProtocols.Conformance;

/// <summary>
/// A path at which a server breaks one rule, or attacks, so that clients can be tested: what a case of theirs sends, and no verdict.
/// </summary>
public sealed class BadPath
{
    private BadPath(ConformanceCase played)
    {
        Case = played;
        Path = PathOf(played.Id);
    }

    /// <summary>All of them: every case of a client suite in which the examiner breaks a rule.</summary>
    public static IReadOnlyList<BadPath> All { get; } =
    [
        .. ConformanceSuite.All.Where(s => s.IsOfClients).SelectMany(s => s.Cases).Where(c => c.Misbehaves).Select(c => new BadPath(c))
            .OrderBy(p => p.Path, StringComparer.Ordinal),
    ];

    /// <summary>The path below <c>/bad/</c>: the protocol, and what is wrong. For instance <c>ws/frames/length/non-minimal-16</c>.</summary>
    public string Path { get; }

    /// <summary>The case that plays it, with the sentence, and what a client should do.</summary>
    public ConformanceCase Case { get; }

    /// <summary>The client has to ask for a WebSocket.</summary>
    public bool IsWebSocket => Path.StartsWith("ws/", StringComparison.Ordinal);

    /// <summary>The path that a request is for: it, or something below it.</summary>
    /// <param name="path">Without <c>/bad/</c>.</param>
    /// <returns>Null where there is none.</returns>
    public static BadPath? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return All.Where(p => path == p.Path || path.StartsWith(p.Path + "/", StringComparison.Ordinal)).MaxBy(p => p.Path.Length);
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static string PathOf(string id)
        => id.Split('/', 2) switch
        {
            ["ws-client", var rest] => $"ws/{rest}",
            ["sse-client", var rest] => $"sse/{rest}",
            [_, var rest] when rest.StartsWith("chunked/", StringComparison.Ordinal) => rest,
            [_, var rest] => $"http1/{rest}",
            _ => id,
        };
}
