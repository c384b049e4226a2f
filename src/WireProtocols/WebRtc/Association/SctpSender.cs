namespace WireProtocols.WebRtc;

/// <summary>What is sent: in which fragments, how often, and when something is given up (RFC 9260 §6.1 to §6.3, §7.2; RFC 3758 §3.5).</summary>
internal sealed class SctpSender
{
    private const int DataHeader = SctpChunk.HeaderSize + SctpData.FieldsSize;
    private const int FastRetransmitReports = 3;

    private readonly SctpTimeout _timeout;
    private readonly SctpSendQueue _queue = new();
    private readonly SctpOutboundStreams _streams = new();
    private readonly SctpOutstanding _outstanding;
    private readonly SctpForwardPoint _forward;
    private readonly SctpPartialReliability _partial;
    private readonly SctpCongestion _congestion;
    private readonly SctpPeerWindow _window;
    private bool _isRecoveryFresh;

    /// <param name="initialTsn">The first TSN.</param>
    /// <param name="options">Sizes and limits.</param>
    /// <param name="timeout">RTO.</param>
    /// <param name="canGiveUp">Whether the peer knows FORWARD-TSN; else nothing that was sent is given up.</param>
    public SctpSender(uint initialTsn, SctpAssociationOptions options, SctpTimeout timeout, bool canGiveUp)
    {
        _timeout = timeout;
        _outstanding = new SctpOutstanding(initialTsn, timeout);
        _forward = new SctpForwardPoint(_outstanding, options.MaxPacketSize);
        _partial = new SctpPartialReliability(_queue, _streams, _outstanding, _forward) { IsKnownToPeer = canGiveUp };
        _congestion = new SctpCongestion(options.MaxPacketSize);
        _window = new SctpPeerWindow(options, timeout);
    }

    /// <summary>How many bytes wait to be sent or to be acknowledged.</summary>
    public int BufferedBytes => _queue.Bytes + _outstanding.Bytes;

    /// <summary>When T3-rtx expires.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>When a window that is closed is probed; null where nothing waits for it.</summary>
    public TimeSpan? ProbeDeadline => _outstanding.Flight == 0 && _queue.First is { } next && !_window.Fits(next) ? _window.ProbeAt : null;

    /// <summary>Whether everything is acknowledged or given up.</summary>
    public bool IsIdle => _outstanding.Count == 0 && _queue.First is null;

    /// <summary>The last TSN that was given to a fragment.</summary>
    public uint LastTsn => _outstanding.LastTsn;

    /// <summary>Sets the window that the peer began with.</summary>
    public void SetPeerWindow(uint window) => _window.Begin(window);

    /// <summary>Whether a stream has messages that are not acknowledged.</summary>
    public bool IsBusy(int streamId) => _streams.IsBusy(streamId);

    /// <summary>Begins a stream anew.</summary>
    public void ResetStream(int streamId) => _streams.Reset(streamId);

    /// <summary>Takes a message to send.</summary>
    public void Enqueue(SctpOutboundMessage message)
    {
        _queue.Add(message);
        _partial.Begin(message);
    }

    /// <summary>Whether there is something to add to a packet.</summary>
    public bool HasSomething(TimeSpan now)
    {
        _partial.Expire(now);
        return _forward.IsOwed || (_outstanding.FirstMarked is not null && MayRetransmit()) || (_queue.First is { } next && MaySend(next, now));
    }

    /// <summary>Adds FORWARD-TSN, what is sent again, and what is new, as far as windows and room go.</summary>
    public void Fill(SctpPacketWriter writer, TimeSpan now)
    {
        _partial.Expire(now);
        if (_forward.TryWrite(writer))
        {
            Deadline ??= now + _timeout.Value;
        }

        while (_outstanding.FirstMarked is { } chunk && MayRetransmit() && writer.Room >= Size(chunk.Length))
        {
            Write(chunk, writer, now, restarts: chunk == _outstanding[0]);
        }

        _isRecoveryFresh = false;
        while (_queue.First is { } message && MaySend(message, now))
        {
            int length = _window.NextLength(message);
            if (writer.Room < Size(length))
            {
                break;
            }

            if (!_window.Fits(message))
            {
                _window.Probe();
            }

            if (message.Sent == 0)
            {
                _streams.Number(message);
            }

            SctpOutboundChunk chunk = _outstanding.Add(message, length);
            _queue.Take(length);
            Write(chunk, writer, now, restarts: false);
        }
    }

    /// <summary>Takes the cumulative TSN of SHUTDOWN.</summary>
    public bool Acknowledge(uint cumulativeTsn, TimeSpan now)
    {
        if (SctpSerial.IsAfter(cumulativeTsn, LastTsn))
        {
            return false;
        }

        if (SctpSerial.IsAfter(cumulativeTsn, _outstanding.Acknowledged))
        {
            AdvanceTo(cumulativeTsn, now);
            Deadline = _outstanding.Count == 0 ? null : now + _timeout.Value;
        }

        return true;
    }

    /// <summary>Takes a SACK.</summary>
    /// <param name="sack">The SACK.</param>
    /// <param name="now">The time.</param>
    /// <param name="isNews">Whether something is acknowledged that was not.</param>
    /// <returns>False where it acknowledges what was never sent.</returns>
    public bool Acknowledge(in SctpSack sack, TimeSpan now, out bool isNews)
    {
        isNews = false;
        if (SctpSerial.IsAfter(sack.CumulativeTsn, LastTsn))
        {
            return false;
        }

        // "If Cumulative TSN Ack is less than the Cumulative TSN Ack Point, then drop the SACK."
        if (SctpSerial.IsAfter(_outstanding.Acknowledged, sack.CumulativeTsn))
        {
            return true;
        }

        long flightBefore = _outstanding.Flight;
        bool hasAdvanced = sack.CumulativeTsn != _outstanding.Acknowledged;
        long bytes = AdvanceTo(sack.CumulativeTsn, now);
        IReadOnlyList<SctpOutboundChunk> dropped = _outstanding.Cover(sack, now, out long covered, out uint? highest);
        bytes += covered;
        foreach (SctpOutboundChunk chunk in dropped)
        {
            _partial.Dropped(chunk, now);
        }

        if (highest is { } tsn)
        {
            ReportMissing(tsn, now);
        }

        isNews = bytes > 0 || hasAdvanced;
        _congestion.Acknowledge(bytes, sack.CumulativeTsn, hasAdvanced, flightBefore);
        _window.Update(sack.Window, _outstanding.Flight, now);
        if (_outstanding.Count == 0)
        {
            Deadline = null;
            _congestion.Rest();
        }
        else if (hasAdvanced)
        {
            Deadline = now + _timeout.Value;
        }

        _forward.MoveOn();
        return true;
    }

    /// <summary>T3-rtx has expired: everything on the way counts as lost (RFC 9260 §6.3.3).</summary>
    public void Expired(TimeSpan now)
    {
        Deadline = null;
        _timeout.BackOff();
        _congestion.Collapse();
        for (int i = 0, count = _outstanding.Count; i < count; i++)
        {
            if (_outstanding[i].IsInFlight)
            {
                _partial.MarkLost(_outstanding[i], now);
            }
        }

        _forward.Expired();
    }

    private static int Size(int length) => DataHeader + SctpParameter.Pad(length);

    private bool MayRetransmit() => _isRecoveryFresh || _outstanding.Flight == 0 || _outstanding.Flight < _congestion.Window;

    /// <summary>
    /// Rules A and B of RFC 9260 §6.1. What does not fit and goes out while nothing is on the way is a probe of a window that is closed.
    /// </summary>
    private bool MaySend(SctpOutboundMessage message, TimeSpan now)
    {
        long flight = _outstanding.Flight;
        return _window.Fits(message) ? flight == 0 || flight < _congestion.Window : flight == 0 && !(now < _window.ProbeAt);
    }

    private void Write(SctpOutboundChunk chunk, SctpPacketWriter writer, TimeSpan now, bool restarts)
    {
        SctpOutboundMessage message = chunk.Message;
        _outstanding.Depart(chunk, now);
        _window.Take(chunk.Length);
        Deadline = Deadline is null || restarts ? now + _timeout.Value : Deadline;
        writer.AddData(
            chunk.Bits,
            chunk.Tsn,
            message.StreamId,
            message.SequenceNumber,
            message.PayloadProtocol,
            message.Payload.AsSpan(chunk.Start, chunk.Length));
    }

    private long AdvanceTo(uint cumulativeTsn, TimeSpan now)
    {
        IReadOnlyList<SctpOutboundMessage> ended = _outstanding.AdvanceTo(cumulativeTsn, now, out long bytes);
        foreach (SctpOutboundMessage message in ended)
        {
            _partial.End(message);
        }

        _forward.Advanced();
        return bytes;
    }

    private void ReportMissing(uint highest, TimeSpan now)
    {
        bool begins = false;
        for (int i = 0, count = _outstanding.Count; i < count && SctpSerial.IsAfter(highest, _outstanding[i].Tsn); i++)
        {
            SctpOutboundChunk chunk = _outstanding[i];
            if (chunk.IsInFlight && ++chunk.Missing == FastRetransmitReports)
            {
                _partial.MarkLost(chunk, now);
                begins = true;
            }
        }

        _isRecoveryFresh |= begins && _congestion.EnterRecovery(LastTsn);
    }
}
