using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// An event stream of the bytes of other requests: those whose query says <c>wire=</c> and the name that this one's <c>id</c> says. What browsers
/// do not show, heads, frames and chunks, is shown as it crossed the wire.
/// </summary>
internal sealed class WireRoute(WireTaps taps) : Route
{
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

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
            await ServeEventStream.RunAsync(request, stream => RunAsync(stream, tap, request));
        }
        finally
        {
            taps.Close(name!);
        }
    }

    private static async Task RunAsync(ServeEventStream stream, WireTap tap, ServeRequest request)
    {
        stream.Writer.WriteComment("listening");
        await stream.FlushAsync();
        while (true)
        {
            Task<bool> wait = tap.Pieces.WaitToReadAsync(request.Stopping).AsTask();
            while (!await CompletesAsync(wait, request.Settings.Time))
            {
                // Also how a browser that went away is noticed.
                stream.Writer.WriteComment("keep-alive");
                await stream.FlushAsync();
            }

            while (tap.Pieces.TryRead(out WirePiece? piece))
            {
                stream.Writer.WriteJson(piece, WirePieceJson.Default.WirePiece);
            }

            await stream.FlushAsync();
        }
    }

    /// <returns>False when nothing has come for so long that it is time to keep the stream alive.</returns>
    private static async Task<bool> CompletesAsync(Task wait, TimeProvider time)
    {
        try
        {
            await wait.WaitAsync(KeepAliveInterval, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
