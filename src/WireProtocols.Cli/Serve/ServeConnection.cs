using System.IO.Pipelines;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// The transport of one client, whose bytes can be watched. Some of its output may wait, so an echo goes on while its peer is still busy sending.
/// </summary>
internal sealed class ServeConnection : IWireTransport
{
    private readonly SocketTransport _transport;
    private readonly TimeSpan _closeTimeout;
    private readonly TimeProvider _time;
    private readonly WatchedReader _input;
    private readonly WatchedWriter _output;
    private RequestEnd? _requestEnd;

    public ServeConnection(Socket socket, ServeSettings settings, MemoryBudget budget)
    {
        _transport = new SocketTransport(socket) { MaxPending = settings.MaxPending, Budget = budget };
        _closeTimeout = settings.CloseTimeout;
        _time = settings.Time;
        _input = new WatchedReader(_transport.Input);
        _output = new WatchedWriter(_transport.Output);
    }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public bool CanHalfClose => true;

    public long WritesBegun => _transport.WritesBegun;

    public long MaxPending
    {
        get => _transport.MaxPending;
        set => _transport.MaxPending = value;
    }

    /// <summary>From now on a flush waits until the peer has read all of it.</summary>
    public void FlushToPeer() => _transport.MaxPending = 0;

    /// <summary>Shows the bytes of a request and of what answers it.</summary>
    /// <param name="tap">Who watches; null for nobody.</param>
    /// <param name="end">Where the request ends.</param>
    public void Watch(WireTap? tap, RequestEnd? end)
    {
        _requestEnd = end;
        _input.Watch(tap, end);
        _output.Watch(tap);
    }

    /// <summary>The request that is watched has been answered.</summary>
    public void StopShowingOutput() => _output.Watch(null);

    /// <summary>The request has become another protocol: all that comes from here on is part of it.</summary>
    public void WatchAll() => _requestEnd?.Open();

    public void Abort() => _transport.Abort();

    /// <summary>Sends what waits, within <see cref="ServeSettings.CloseTimeout"/>, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Output.CompleteAsync().AsTask().WaitAsync(_closeTimeout, _time);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // The peer is gone, or does not read.
            Abort();
        }

        await _transport.Input.CompleteAsync();
    }
}
