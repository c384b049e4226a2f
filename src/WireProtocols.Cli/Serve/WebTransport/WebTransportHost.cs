using System.Net.Sockets;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>Echoes the sessions of one QUIC connection until it is over, or the server stops; then they are closed in good order.</summary>
internal static class WebTransportHost
{
    /// <summary>No carrier has RESET_STREAM_AT yet; a client of the newest drafts is welcome all the same.</summary>
    private static readonly WebTransportConnectionOptions Options = new() { RequireReliableReset = false, MaxStreams = 4096 };

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(IQuicCarrier carrier, WireTaps taps, TextWriter log, CancellationToken stop)
    {
        try
        {
            WatchedCarrier watched = new(carrier);
            using WebTransportConnection connection = new(WebTransportRole.Server, watched, Options);
            WebTransportPump pump = null!;
            using SessionWatch watch = new(taps, watched, action => pump.InvokeAsync(action, stop));
            pump = new WebTransportPump(connection, watched, new WebTransportEcho(log, watch).Handle);
            await RunAsync(pump, stop);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // The carrier is gone.
        }
        catch (Exception exception)
        {
            await log.WriteLineAsync($"wire serve: {exception}");
        }
    }

    private static async Task RunAsync(WebTransportPump pump, CancellationToken stop)
    {
        try
        {
            await pump.RunAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // A client that does not read may leave no room for what is said at the end.
            using CancellationTokenSource patience = new(LastWords);
            await pump.InvokeAsync(CloseSessions, patience.Token);
        }
    }

    private static void CloseSessions(WebTransportConnection connection)
    {
        connection.GoAway();
        foreach (WebTransportSession session in connection.Sessions)
        {
            session.Close(0, "the server is going away");
        }
    }
}
