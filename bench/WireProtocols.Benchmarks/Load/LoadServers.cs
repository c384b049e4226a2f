namespace WireProtocols.Benchmarks.Load;

/// <summary>A server that <c>load</c> can start.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Start">Starts it; null where it is not installed or not built.</param>
public sealed record LoadServerKind(string Name, Func<LoadServer?> Start);

/// <summary>Every server, ours first.</summary>
public static class LoadServers
{
    public static IReadOnlyList<LoadServerKind> Echoes { get; } =
    [
        InThisProgram("ours", "ours"),
        InThisProgram("ours on sockets", "ours-sockets"),
        new("wire serve", LoadServer.StartTool),
        InThisProgram("Kestrel", "kestrel"),
        new("npm ws", LoadServer.TryStartNode),
        Built("uWebSockets", "uws-echo"),
        Built("Beast", "beast-echo"),
        Built("gorilla", "gorilla-echo"),
        Built("tungstenite", "tungstenite-echo"),
        Built("bare epoll", "epoll-echo"),
    ];

    public static IReadOnlyList<LoadServerKind> Http { get; } =
    [
        InThisProgram("ours", "ours-http"),
        InThisProgram("ours on sockets", "ours-http-sockets"),
        InThisProgram("Kestrel", "kestrel-http"),
        new("nginx", NginxServer.TryStart),
    ];

    public static IReadOnlyList<LoadServerKind> Events { get; } = [InThisProgram("ours", "ours-events"), InThisProgram("Kestrel", "kestrel-events")];

    private static LoadServerKind InThisProgram(string name, string kind) => new(name, () => LoadServer.Start(name, kind));

    private static LoadServerKind Built(string name, string program) => new(name, () => LoadServer.TryStartBuilt(name, program));
}
