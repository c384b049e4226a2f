using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// An event stream of the bytes of other requests: those whose query says <c>wire=</c> and the name that this one's <c>id</c> says. What browsers
/// do not show, heads, frames and chunks, is shown as it crossed the wire.
/// </summary>
internal sealed class WireRoute(WireTaps taps) : Route
{
    public override string Path => "/wire";

    public override string Description => "an event stream of the bytes of requests that say ?wire=name (?id=name)";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        string? name = request.GetQuery("id");
        if (taps.TryOpen(name) is not { } tap)
        {
            await request.RespondAsync(409, "?id= has to be a name that nobody watches under, and not too many may watch.\n");
            return;
        }

        try
        {
            await ServeEventStream.RunAsync(request, stream => RunAsync(stream, tap));
        }
        finally
        {
            taps.Close(name!);
        }
    }

    private static async Task RunAsync(ServeEventStream stream, WireTap tap)
    {
        stream.Writer.WriteComment("listening");
        await stream.FlushAsync();
        while (true)
        {
            await stream.WaitAsync(tap.Pieces.WaitToReadAsync().AsTask());
            while (tap.Pieces.TryRead(out WirePiece? piece))
            {
                stream.Writer.WriteJson(piece, WirePieceJson.Default.WirePiece);
            }

            await stream.FlushAsync();
        }
    }
}
