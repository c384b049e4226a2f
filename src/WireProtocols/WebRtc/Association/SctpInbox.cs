namespace WireProtocols.WebRtc;

/// <summary>
/// What the application has not taken yet, in order. It outlives a restart of the peer: messages that have arrived are the application's, and what
/// comes of the new association stands behind them.
/// </summary>
internal sealed class SctpInbox
{
    private readonly Queue<SctpEvent> _events = [];
    private readonly HashSet<int> _resetsTold = [];
    private int _restarts;

    /// <summary>How many bytes the messages have.</summary>
    public int Bytes { get; private set; }

    /// <summary>How many messages there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the application does not know yet that the peer has begun anew.</summary>
    public bool HasRestart => _restarts > 0;

    /// <summary>Adds a message.</summary>
    public void Add(in SctpUserMessage message)
    {
        Bytes += message.Payload.Length;
        Count++;
        _resetsTold.Remove(message.StreamId);
        _resetsTold.Remove(-1);
        _events.Enqueue(new SctpEvent(SctpEventKind.Message, message.StreamId, message));
    }

    /// <summary>Tells something behind the messages that have arrived.</summary>
    public void Tell(SctpEvent happened)
    {
        _restarts += happened.Kind == SctpEventKind.Restarted ? 1 : 0;
        _events.Enqueue(happened);
    }

    /// <summary>
    /// Tells that a stream of the peer has begun anew, or with -1 all of them: once until it has been taken, or messages of the stream have come in
    /// between.
    /// </summary>
    public void TellReset(int streamId)
    {
        if (_resetsTold.Add(streamId))
        {
            Tell(new SctpEvent(SctpEventKind.PeerStreamReset, streamId));
        }
    }

    /// <summary>Takes what is next.</summary>
    public bool TryTake(out SctpEvent happened)
    {
        if (!_events.TryDequeue(out happened))
        {
            return false;
        }

        switch (happened.Kind)
        {
            case SctpEventKind.Message:
                Bytes -= happened.Message.Payload.Length;
                Count--;
                break;
            case SctpEventKind.PeerStreamReset:
                _resetsTold.Remove(happened.StreamId);
                break;
            case SctpEventKind.Restarted:
                _restarts--;
                break;
            default:
                break;
        }

        return true;
    }
}
