using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// What one server serves: its routes, one a line, and who watches. A route has no state of its own connection, so one of each serves all.
/// </summary>
internal sealed class Site
{
    public Site(ServeSettings settings) => Routes =
    [
        new PageRoute(),
        new WebSocketEchoRoute(),
        new WebSocketChatRoute(settings),
        new EchoRoute(),
        new NdjsonTicksRoute(),
        new PollRoute(),
        new SseClockRoute(),
        new SseTokensRoute(),
        new WireRoute(Taps),
    ];

    public IReadOnlyList<Route> Routes { get; }

    public WireTaps Taps { get; } = new();
}
