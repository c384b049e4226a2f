namespace WireProtocols.Backplane;

/// <summary>
/// Receives a topic: what is heard, in the order of the log, and what was not heard, from the log. It does one thing after another, so the receiver
/// is never called twice at a time.
/// </summary>
internal sealed class BackplaneReception
{
    private const int PageSize = 256;

    private readonly string _topic;
    private readonly IBackplane _backplane;
    private readonly BackplaneLink _link;
    private readonly BackplaneTopicOptions _options;
    private readonly Func<BackplaneMessage, CancellationToken, ValueTask> _receive;
    private readonly BackplaneInbox _inbox;
    private readonly BackplaneOrder _order = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private BackplanePosition _position;
    private bool _mustRead = true;

    public BackplaneReception(
        string topic,
        IBackplane backplane,
        BackplaneLink link,
        BackplaneTopicOptions options,
        Func<BackplaneMessage, CancellationToken, ValueTask> receive)
    {
        _topic = topic;
        _backplane = backplane;
        _link = link;
        _options = options;
        _receive = receive;
        _inbox = new BackplaneInbox(options.MaxUnreadEntries);
    }

    /// <summary>Where it comes in.</summary>
    public BackplaneInbox Inbox => _inbox;

    /// <summary>Completes when the topic is subscribed to and all that was to be replayed is received.</summary>
    public Task Opened => _opened.Task;

    /// <summary>The last position that was received, or, just after the log was lost, one of the log before.</summary>
    public BackplanePosition Position
    {
        get
        {
            lock (_lock)
            {
                return _position;
            }
        }
    }

    /// <summary>Receives until it is stopped.</summary>
    /// <param name="delivered">Is told who has published what was received, and its number.</param>
    /// <param name="lost">Is told that the backplane is lost.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<ulong, long> delivered, Action<BackplaneException> lost, CancellationToken stop)
    {
        _inbox.AskToRead();
        while (true)
        {
            await _inbox.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                await ReceiveAllAsync(delivered, stop).ConfigureAwait(false);
            }
            catch (BackplaneException exception)
            {
                // It is read when the backplane is back.
                _mustRead = true;
                lost(exception);
            }
        }
    }

    private async ValueTask ReceiveAllAsync(Action<ulong, long> delivered, CancellationToken stop)
    {
        while (true)
        {
            if (_inbox.TryTakeOwn(out BackplaneRecord own))
            {
                if (_order.TakeNumber(own.Publisher, own.Number))
                {
                    BackplaneMetrics.DeliveredLocally();
                    await DeliverAsync(BackplanePosition.None, own, delivered, stop).ConfigureAwait(false);
                }
            }
            else if (_inbox.TryTakeEntry(out BackplaneEntry entry))
            {
                await HearAsync(entry, delivered, stop).ConfigureAwait(false);
            }
            else if ((_inbox.TakeMustRead() || _mustRead) && _link.State == BackplaneState.Connected)
            {
                _mustRead = false;
                await ReadAsync(delivered, stop).ConfigureAwait(false);
            }
            else
            {
                return;
            }
        }
    }

    private async ValueTask HearAsync(BackplaneEntry entry, Action<ulong, long> delivered, CancellationToken stop)
    {
        if (_mustRead)
        {
            // It is in the log, too.
            return;
        }

        if (!BackplaneRecord.TryDecode(entry.Record, out BackplaneRecord record))
        {
            BackplaneMetrics.Failed();
            return;
        }

        switch (_order.Hear(entry, record))
        {
            case BackplaneVerdict.Deliver:
                BackplaneMetrics.DeliveredLive();
                await DeliverAsync(entry.Position, record, delivered, stop).ConfigureAwait(false);
                break;
            case BackplaneVerdict.Duplicate:
                NotePosition();
                BackplaneMetrics.Duplicate();
                delivered(record.Publisher, record.Number);
                break;
            case BackplaneVerdict.Gap:
                BackplaneMetrics.Gap();
                _mustRead = true;
                break;
        }
    }

    /// <summary>Reads what the log has and this has not received.</summary>
    private async ValueTask ReadAsync(Action<ulong, long> delivered, CancellationToken stop)
    {
        if (!Opened.IsCompleted)
        {
            await SubscribeAsync(stop).ConfigureAwait(false);
        }

        while (true)
        {
            BackplanePage page = await CallAsync(_order.Position, PageSize, stop).ConfigureAwait(false);
            if (page.IsGone && Opened.IsCompleted)
            {
                await TellMissedAsync(page.Entries.Count > 0 ? page.Entries[0].Previous : page.Head).ConfigureAwait(false);
            }

            foreach (BackplaneEntry entry in page.Entries)
            {
                await TakeAsync(entry, delivered, stop).ConfigureAwait(false);
            }

            if (page.Entries.Count == 0 || _order.Position == page.Head)
            {
                ResumeAtHead(page);
                _opened.TrySetResult();
                return;
            }
        }
    }

    private async ValueTask TellMissedAsync(BackplanePosition resumed)
    {
        BackplaneMetrics.LogGone();
        try
        {
            if (_options.Missed is { } missed)
            {
                await missed(resumed).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // It is the receiver's; what is there is received all the same.
            BackplaneMetrics.Failed();
        }
    }

    /// <summary>Begins at the end of the log, or as far before it as is to be replayed.</summary>
    private async ValueTask SubscribeAsync(CancellationToken stop)
    {
        await _link.CallAsync(
            async end =>
            {
                await _backplane.SubscribeAsync(_topic, end).ConfigureAwait(false);
                return true;
            },
            stop).ConfigureAwait(false);
        BackplanePosition head = (await CallAsync(BackplanePosition.None, 0, stop).ConfigureAwait(false)).Head;
        _order.ResumeAt(head.IsNone ? head : head with { Sequence = Math.Max(0, head.Sequence - _options.Replay) });
        NotePosition();
    }

    private ValueTask<BackplanePage> CallAsync(BackplanePosition after, int maxEntries, CancellationToken stop)
        => _link.CallAsync(end => _backplane.ReadAsync(_topic, after, maxEntries, end), stop);

    private async ValueTask TakeAsync(BackplaneEntry entry, Action<ulong, long> delivered, CancellationToken stop)
    {
        if (!BackplaneRecord.TryDecode(entry.Record, out BackplaneRecord record))
        {
            BackplaneMetrics.Failed();
            _order.ResumeAt(entry.Position);
        }
        else if (_order.Read(entry, record))
        {
            BackplaneMetrics.DeliveredFromLog();
            await DeliverAsync(entry.Position, record, delivered, stop).ConfigureAwait(false);
        }
        else
        {
            BackplaneMetrics.Duplicate();
            delivered(record.Publisher, record.Number);
        }

        NotePosition();
    }

    /// <summary>What lies between the last entry and the head is of other topics, or gone.</summary>
    private void ResumeAtHead(BackplanePage page)
    {
        if (!page.Head.IsNone)
        {
            _order.ResumeAt(page.Head);
            NotePosition();
        }
    }

    private async ValueTask DeliverAsync(
        BackplanePosition position, BackplaneRecord record, Action<ulong, long> delivered, CancellationToken stop)
    {
        try
        {
            await _receive(new BackplaneMessage(position, record.Payload), stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // One message that a receiver cannot take does not keep the others from it.
            BackplaneMetrics.Failed();
        }

        delivered(record.Publisher, record.Number);
        NotePosition();
    }

    private void NotePosition()
    {
        lock (_lock)
        {
            _position = _order.Position;
        }
    }
}
