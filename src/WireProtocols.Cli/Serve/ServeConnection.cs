using System.IO.Pipelines;
using WireProtocols.Buffers;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.Transports;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// The transport of one client, whose bytes can be watched. Some of its output may wait, so an echo goes on while its peer is still busy sending.
/// </summary>
internal sealed class ServeConnection : IWireTransport
{
    private readonly IWireTransport _transport;
    private readonly ServeSettings _settings;
    private readonly WatchedReader _input;
    private readonly WatchedWriter _output;
    private RequestEnd? _requestEnd;
    private WatchedConnection? _watched;
    private Func<Task<bool>>? _successor;

    /// <param name="transport">The connection.</param>
    /// <param name="peer">Who the client is; null where no proxy says it.</param>
    /// <param name="settings">The server's.</param>
    public ServeConnection(IWireTransport transport, TransportPeer? peer, ServeSettings settings)
    {
        Peer = peer;
        _transport = transport;
        _settings = settings;
        _input = new WatchedReader(_transport.Input);
        _output = new WatchedWriter(_transport.Output);
    }

    /// <summary>Who the client is; null where no proxy says it.</summary>
    public TransportPeer? Peer { get; }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public bool CanHalfClose => true;

    public long WritesBegun => _transport.WritesBegun;

    public long MaxPending
    {
        get => _transport.MaxPending;
        set => _transport.MaxPending = value;
    }

    /// <summary>Shows the bytes of a request and of what answers it.</summary>
    /// <param name="tap">Who watches; null for nobody.</param>
    /// <param name="end">Where the request ends.</param>
    /// <returns>This connection as they see it.</returns>
    public WatchedConnection? Watch(WireTap? tap, RequestEnd? end)
    {
        if (tap is not null && tap != _watched?.Tap)
        {
            _watched?.Dispose();
            _watched = new WatchedConnection(tap, Abort);
        }

        WatchedConnection? watched = tap is null ? null : _watched;
        _requestEnd = end;
        _input.Watch(watched, end);
        _output.Watch(watched);
        return watched;
    }

    /// <summary>The request that is watched has been answered, unless it has become another protocol.</summary>
    public void StopShowingOutput()
    {
        if (_successor is null)
        {
            _output.Watch(null);
        }
    }

    /// <summary>The request has become another protocol: all that comes from here on is part of it.</summary>
    /// <param name="successor">Speaks it, once nothing is left of HTTP; what an idle connection keeps is its own alone then.</param>
    public void SwitchTo(Func<Task> successor)
        => SwitchTo(async () =>
        {
            await successor();
            return false;
        });

    /// <summary>The same for what may come to an end before the connection does.</summary>
    /// <param name="successor">True where HTTP goes on.</param>
    public void SwitchTo(Func<Task<bool>> successor)
    {
        _successor = successor;
        _requestEnd?.Open();
    }

    /// <summary>Who speaks the protocol that the connection has been switched to; nothing where it has not.</summary>
    /// <returns>Whether HTTP goes on.</returns>
    public Task<bool> RunSuccessorAsync()
    {
        Func<Task<bool>>? successor = _successor;
        _successor = null;
        return successor?.Invoke() ?? Task.FromResult(false);
    }

    public void Abort() => _transport.Abort();

    /// <summary>Sends what waits, within <see cref="ServeSettings.CloseTimeout"/>, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Output.CompleteAsync().AsTask().WaitAsync(_settings.CloseTimeout, _settings.Time);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // The peer is gone, or does not read.
            Abort();
        }

        await _transport.Input.CompleteAsync();
        _watched?.Dispose();
    }
}
