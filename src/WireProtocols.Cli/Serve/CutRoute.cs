using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve;

/// <summary>Ends what is watched under a name, to see what its client does: in good order, or as a network does that fails.</summary>
internal sealed class CutRoute(WireTaps taps) : Route
{
    private const int LongestCut = 60_000;

    public override string Path => "/cut";

    public override IReadOnlyList<string> Methods => ["POST"];

    public override string Description => "ends the requests that say ?wire=name (?id=name); how=drop drops them, and new ones for ?ms=n";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        if (!await request.TryDropBodyAsync())
        {
            return;
        }

        if (taps.Find(request.GetQuery("id")) is not { } tap)
        {
            await request.RespondAsync(404, "?id= has to be a name that somebody watches under.\n");
            return;
        }

        if (request.GetQuery("how") == "drop")
        {
            tap.Cut(TimeSpan.FromMilliseconds(request.GetQuery("ms", 0, 0, LongestCut)));
        }
        else
        {
            tap.EndRequests();
        }

        await request.RespondAsync(200, "done\n");
    }
}
