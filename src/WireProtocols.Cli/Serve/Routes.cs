namespace WireProtocols.Cli.Serve;

/// <summary>The routes, one a line. A route has no state of its own connection, so one of each serves all.</summary>
internal static class Routes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new IndexRoute(),
        new WebSocketEchoRoute(),
        new EchoRoute(),
        new NdjsonTicksRoute(),
        new PollRoute(),
        new SseClockRoute(),
        new SseTokensRoute(),
    ];
}
