using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.WebTransport;

/// <summary>
/// Runs a <see cref="WebTransportConnection"/> over an <see cref="IQuicCarrier"/>: feeds it what the carrier receives, hands out its events,
/// and lets other threads in between.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither a timer nor a wait handle, so there is nothing to dispose of.")]
public sealed class WebTransportPump
{
    private readonly WebTransportConnection _connection;
    private readonly IQuicCarrier _carrier;
    private readonly Action<WebTransportEvent> _handler;
    private readonly Lock _gate = new();

    /// <summary>Cancelled when the connection is closed: another thread may do that while nothing comes.</summary>
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Creates a pump.</summary>
    /// <param name="connection">A connection whose output is <paramref name="carrier"/>.</param>
    /// <param name="carrier">The carrier.</param>
    /// <param name="handler">Called with each event, one at a time; it may use the connection and its sessions. The event's data is valid
    /// until it returns.</param>
    public WebTransportPump(WebTransportConnection connection, IQuicCarrier carrier, Action<WebTransportEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(carrier);
        ArgumentNullException.ThrowIfNull(handler);
        _connection = connection;
        _carrier = carrier;
        _handler = handler;
    }

    /// <summary>Runs until the connection is over or the carrier has nothing more. Nothing that a peer sends makes it throw.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connection is as it was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        await _carrier.FlushAsync(cancellationToken).ConfigureAwait(false);
        while (await WaitAsync(waiting.Token, cancellationToken).ConfigureAwait(false))
        {
            while (TryStep())
            {
            }

            await _carrier.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        // Where the carrier broke off without a word, the connection hears of it here.
        lock (_gate)
        {
            HandOut();
            _connection.ReceiveClose(WebTransportErrorCode.NoError);
            HandOut();
        }
    }

    /// <summary>Does something with the connection from any thread, between events, and sends what comes of it.</summary>
    /// <param name="action">What to do; it must not block.</param>
    /// <param name="cancellationToken">Cancels waiting for room.</param>
    public async ValueTask InvokeAsync(Action<WebTransportConnection> action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_gate)
        {
            action(_connection);
            HandOut();
        }

        EndWaitingIfClosed();
        await _carrier.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> WaitAsync(CancellationToken waiting, CancellationToken cancellationToken)
    {
        try
        {
            return !_closed.IsCancellationRequested && await _carrier.WaitToReadAsync(waiting).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _closed.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Outside the gate, since what waits goes on at once.</summary>
    private void EndWaitingIfClosed()
    {
        if (_connection.IsClosed)
        {
            _closed.Cancel();
        }
    }

    private bool TryStep()
    {
        if (!_carrier.TryRead(out QuicEvent item))
        {
            return false;
        }

        lock (_gate)
        {
            // What the application has done outside of the pump may have left events; nothing is received over them.
            HandOut();
            Feed(item);
            HandOut();
        }

        EndWaitingIfClosed();
        return true;
    }

    private void Feed(in QuicEvent item)
    {
        switch (item.Kind)
        {
            case QuicEventKind.Stream:
                _connection.ReceiveStream(item.StreamId, item.Data, item.EndStream);
                break;
            case QuicEventKind.Datagram:
                _connection.ReceiveDatagram(item.Data);
                break;
            case QuicEventKind.Reset:
                _connection.ReceiveReset(item.StreamId, item.ErrorCode, item.FinalSize ?? -1);
                break;
            case QuicEventKind.StopSending:
                _connection.ReceiveStopSending(item.StreamId, item.ErrorCode);
                break;
            case QuicEventKind.Writable:
                _connection.ReceiveWritable(item.StreamId);
                break;
            default:
                _connection.ReceiveClose(item.ErrorCode, item.Reason ?? "", item.Cause);
                break;
        }
    }

    private void HandOut()
    {
        while (_connection.TryRead(out WebTransportEvent item))
        {
            _handler(item);
        }
    }
}
