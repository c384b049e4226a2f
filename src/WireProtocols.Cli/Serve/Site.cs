using System.Net;
using WireProtocols.Buffers;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.Conformance;
using WireProtocols.Http1;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// What one server serves: its routes, one a line, and who watches. A route has no state of its own connection, so one of each serves all.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WireTaps _taps;
    private readonly Route[] _routes;

    /// <param name="settings">The server's.</param>
    /// <param name="budget">What may wait for clients.</param>
    /// <param name="topics">What it has in common with other servers.</param>
    /// <param name="bad">Answers at bad paths; null where there are none.</param>
    /// <param name="self">Where the server is.</param>
    public Site(ServeSettings settings, MemoryBudget budget, ServeTopics topics, BadServer? bad, Func<IPEndPoint> self)
    {
        _taps = settings.Taps;
        _routes = CreateRoutes(settings, budget, topics, bad, self);
    }

    /// <summary>Gives the request to the route for its path, and shows its bytes to whoever watches.</summary>
    public async ValueTask HandleAsync(ServeRequest request)
    {
        WireTap? tap = _taps.Find(request.GetQuery("wire"));
        request.Watch(tap);
        if (tap is { IsCut: true })
        {
            request.Watched!.Cut();
            throw new IOException("The network is down for those who are watched.");
        }

        try
        {
            await DispatchAsync(request);
        }
        catch (WireProtocolException violation)
        {
            request.Watched?.Violated(violation);
            throw;
        }

        // What is left of the body may still be dropped, and is part of this request. What is written from here on answers another one.
        request.Connection.StopShowingOutput();
    }

    /// <summary>Lets go of what routes hold.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable route in _routes.OfType<IAsyncDisposable>())
        {
            await route.DisposeAsync();
        }
    }

    private Route[] CreateRoutes(ServeSettings settings, MemoryBudget budget, ServeTopics topics, BadServer? bad, Func<IPEndPoint> self) =>
    [
        new PageRoute(),
        new RoutesRoute(() => _routes),
        new WebSocketEchoRoute(settings, budget),
        new WebSocketChatRoute(settings, budget, topics),
        new EchoRoute(),
        new NdjsonTicksRoute(),
        new PollRoute(),
        new ResumeRoute(settings),
        .. Enum.GetValues<RpcMethodKind>().Select(kind => new RpcEchoRoute(kind)),
        new SseClockRoute(),
        new SseTokensRoute(),
        new TopicRoute(topics),
        new PresenceRoute(topics),
        new WireRoute(_taps),
        new CutRoute(_taps),
        .. settings.ProxyProtocol is null ? (Route[])[new RawRoute(self, settings.Time)] : [],
        .. settings.ProxyProtocol is null ? Array.Empty<Route>() : [new PeerRoute()],
        .. bad is null ? Array.Empty<Route>() : [new BadRoute(bad)],
        .. settings.WebTransport is { } webTransport ? (Route[])[new WebTransportRoute(webTransport.Url, webTransport.CertificateHash)] : [],
    ];

    private async ValueTask DispatchAsync(ServeRequest request)
    {
        Route? route = _routes.FirstOrDefault(r => r.Matches(request.Path));
        if (request.Method == "OPTIONS" && (route is not null || request.Head.TargetForm == Http1TargetForm.Asterisk))
        {
            if (await request.TryDropBodyAsync())
            {
                IEnumerable<string> methods = route?.Methods ?? _routes.SelectMany(r => r.Methods).Distinct();
                (string, string)[] fields = route?.IsCrossOrigin == true ? CrossOrigin.GetFields(request, route.Methods) : [];
                await request.Exchange.RespondAsync(
                    200, ReadOnlyMemory<byte>.Empty, [("Allow", string.Join(", ", [.. methods, "OPTIONS"])), .. fields]);
            }

            return;
        }

        if (route is null)
        {
            await request.RespondAsync(404, $"There is nothing at {request.Path}; /routes lists what there is.\n");
            return;
        }

        if (!route.Methods.Contains(request.Method))
        {
            string allowed = string.Join(", ", [.. route.Methods, "OPTIONS"]);
            await request.RespondAsync(405, $"{route.Path} takes {allowed}.\n", ("Allow", allowed));
            return;
        }

        // Only a request whose body has been read can be watched for the client's leaving.
        if (request.Method is not ("GET" or "HEAD") || await request.TryDropBodyAsync())
        {
            await route.HandleAsync(request);
        }
    }
}
