using WireProtocols.Cli.Serve.Watch;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>Shows a QUIC connection to the one whose name its first session says, and lets them end it.</summary>
/// <param name="taps">Who watches.</param>
/// <param name="carrier">The connection.</param>
/// <param name="invoke">Runs something where the connection is run.</param>
internal sealed class SessionWatch(WireTaps taps, WatchedCarrier carrier, Func<Action<WebTransportConnection>, ValueTask> invoke) : IDisposable
{
    private WatchedConnection? _watched;
    private CancellationTokenRegistration _ending;
    private bool _isDecided;

    /// <summary>A session begins.</summary>
    /// <returns>False where the network is down for it.</returns>
    public bool TryBegin(WebTransportSession session, string? name)
    {
        if (_isDecided)
        {
            return _watched is not { Tap.IsCut: true };
        }

        _isDecided = true;
        if (taps.Find(name) is { } tap)
        {
            _watched = new WatchedConnection(tap, () => Invoke(_ => carrier.Close(0, "The connection was dropped on purpose.")));
        }

        carrier.Watch(_watched);
        _ending = _watched?.BeginRequest(CancellationToken.None).Register(() => Invoke(_ => session.Close(0, "The server stops."))) ?? default;
        return _watched is not { Tap.IsCut: true };
    }

    public void Dispose()
    {
        _ending.Dispose();
        _watched?.Dispose();
    }

    private void Invoke(Action<WebTransportConnection> action) => _ = InvokeAsync(action);

    private async Task InvokeAsync(Action<WebTransportConnection> action)
    {
        try
        {
            await invoke(action);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or IOException)
        {
            // The connection is over.
        }
    }
}
