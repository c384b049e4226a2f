namespace WireProtocols.Backplane;

/// <summary>Brings the messages of a topic's outbox into the log, one batch after the other, until each is there.</summary>
internal sealed class BackplaneSender
{
    private readonly string _topic;
    private readonly ulong _publisher;
    private readonly IBackplane _backplane;
    private readonly BackplaneLink _link;
    private readonly BackplaneOutbox _outbox;
    private readonly Task _opened;
    private readonly Lock _lock = new();
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private BackplanePosition _reached;

    /// <param name="topic">The topic.</param>
    /// <param name="publisher">This publisher.</param>
    /// <param name="backplane">Where the log is.</param>
    /// <param name="link">Calls it.</param>
    /// <param name="outbox">What is to be sent.</param>
    /// <param name="opened">Completes when this node receives the topic: what is in the log before would not come here.</param>
    public BackplaneSender(string topic, ulong publisher, IBackplane backplane, BackplaneLink link, BackplaneOutbox outbox, Task opened)
    {
        _topic = topic;
        _publisher = publisher;
        _backplane = backplane;
        _link = link;
        _outbox = outbox;
        _opened = opened;
    }

    /// <summary>A position that the log has reached, as far as it has said so.</summary>
    public BackplanePosition Reached
    {
        get
        {
            lock (_lock)
            {
                return _reached;
            }
        }
    }

    /// <summary>Sends what is in the outbox, unless that is under way.</summary>
    /// <param name="known">The newest position that has been received.</param>
    /// <param name="lost">Is told that the backplane is lost.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Completes when the outbox is empty.</returns>
    public Task Start(Func<BackplanePosition> known, Action<BackplaneException> lost, CancellationToken stop)
    {
        lock (_lock)
        {
            if (!_isSending && _outbox.Unlogged > 0)
            {
                _isSending = true;
                _sending = Task.Run(() => SendAsync(known, lost, stop), stop);
            }

            return _sending;
        }
    }

    private async Task SendAsync(Func<BackplanePosition> known, Action<BackplaneException> lost, CancellationToken stop)
    {
        await _opened.WaitAsync(stop).ConfigureAwait(false);
        while (TryPeek(out long first, out IReadOnlyList<ReadOnlyMemory<byte>> records))
        {
            BackplaneBatch batch = new(_publisher, first, records, Newest(known()));
            try
            {
                await _link.WaitAsync(stop).ConfigureAwait(false);
                BackplanePosition reached
                    = await _link.CallAsync(end => _backplane.AppendAsync(_topic, batch, end), stop).ConfigureAwait(false);
                BackplaneMetrics.Published(records.Count);
                lock (_lock)
                {
                    _reached = reached;
                }

                _outbox.NoteLogged(records.Count);
            }
            catch (BackplaneException exception)
            {
                // Nobody knows whether it came through. It is sent again until it has, and stands in the log once all the same.
                lost(exception);
            }
        }
    }

    /// <summary>The sender's place is given up under the lock that messages start one with, so that none is left behind.</summary>
    private bool TryPeek(out long first, out IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        lock (_lock)
        {
            return _isSending = _outbox.TryPeek(out first, out records);
        }
    }

    private BackplanePosition Newest(BackplanePosition received)
    {
        BackplanePosition reached = Reached;
        return reached.Epoch == received.Epoch && reached.Sequence > received.Sequence ? reached : received;
    }
}
