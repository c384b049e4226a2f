namespace WireProtocols.WebRtc;

/// <summary>What is sent: in which fragments, how often, and when something is given up (RFC 9260 §6.1 to §6.3, §7.2; RFC 3758 §3.5).</summary>
internal sealed class SctpSender(uint initialTsn, SctpAssociationOptions options, SctpTimeout timeout)
{
    private const int DataHeader = SctpChunk.HeaderSize + SctpData.FieldsSize;
    private const int FastRetransmitReports = 3;

    private readonly List<SctpOutboundChunk> _outstanding = [];
    private readonly LinkedList<SctpOutboundMessage> _queue = [];
    private readonly Dictionary<ushort, ushort> _sequenceNumbers = [];
    private readonly SctpSkips _skips = new(options.MaxPacketSize);
    private readonly SctpCongestion _congestion = new(options.MaxPacketSize);
    private readonly SctpPeerWindow _window = new(options, timeout);
    private uint _nextTsn = initialTsn;
    private uint _acknowledged = initialTsn - 1;
    private uint _givenUp = initialTsn - 1;
    private uint? _announced;
    private long _flight;
    private long _sacks;
    private bool _owesForward;
    private bool _isRecoveryFresh;
    private bool _hasTimed;

    /// <summary>How many bytes wait to be sent or to be acknowledged.</summary>
    public int BufferedBytes { get; private set; }

    /// <summary>When T3-rtx expires.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>When a window that is closed is probed; null where nothing waits for it.</summary>
    public TimeSpan? ProbeDeadline => _flight == 0 && _queue.First is { } next && !_window.Fits(next.Value) ? _window.ProbeAt : null;

    /// <summary>Whether everything is acknowledged or given up.</summary>
    public bool IsIdle => _outstanding.Count == 0 && _queue.Count == 0;

    /// <summary>The last TSN that was given to a fragment.</summary>
    public uint LastTsn => _nextTsn - 1;

    /// <summary>Whether the peer knows FORWARD-TSN; else nothing that was sent is given up.</summary>
    public bool CanGiveUp { get; set; }

    /// <summary>Sets the window that the peer began with.</summary>
    public void SetPeerWindow(uint window) => _window.Begin(window);

    /// <summary>Whether a stream has messages that are not acknowledged.</summary>
    public bool IsBusy(int streamId) => _queue.Any(m => m.StreamId == streamId) || _outstanding.Any(c => c.Message.StreamId == streamId);

    /// <summary>Begins a stream anew.</summary>
    public void ResetStream(int streamId) => _sequenceNumbers.Remove((ushort)streamId);

    /// <summary>Takes a message to send.</summary>
    public void Enqueue(SctpOutboundMessage message)
    {
        BufferedBytes += message.Payload.Length;
        _hasTimed |= message.Expiry is not null;
        _queue.AddLast(message);
    }

    /// <summary>Whether there is something to add to a packet.</summary>
    public bool HasSomething(TimeSpan now)
    {
        Expire(now);
        return _owesForward || _outstanding.Exists(c => c.IsMarked && MayRetransmit()) || (_queue.First is { } next && MaySend(next.Value, now));
    }

    /// <summary>Adds FORWARD-TSN, what is sent again, and what is new, as far as windows and room go.</summary>
    public void Fill(SctpPacketWriter writer, TimeSpan now)
    {
        Expire(now);
        WriteForward(writer, now);
        bool isFirst = true;
        foreach (SctpOutboundChunk chunk in _outstanding)
        {
            if (!chunk.IsMarked)
            {
                continue;
            }

            if (!MayRetransmit() || writer.Room < Size(chunk.Length))
            {
                break;
            }

            chunk.IsMarked = false;
            chunk.Missing = 0;
            Write(chunk, writer, now, restarts: isFirst && chunk == _outstanding[0]);
            isFirst = false;
        }

        _isRecoveryFresh = false;
        while (_queue.First is { } next && MaySend(next.Value, now))
        {
            SctpOutboundMessage message = next.Value;
            int length = _window.NextLength(message);
            if (writer.Room < Size(length))
            {
                break;
            }

            if (!_window.Fits(message))
            {
                _window.Probe();
            }

            if (message.Sent == 0 && message.IsOrdered)
            {
                message.SequenceNumber = _sequenceNumbers.GetValueOrDefault(message.StreamId);
                _sequenceNumbers[message.StreamId] = (ushort)(message.SequenceNumber + 1);
            }

            SctpOutboundChunk chunk = new(_nextTsn++, message, message.Sent, length);
            message.Sent += length;
            _outstanding.Add(chunk);
            Write(chunk, writer, now, restarts: false);
            if (message.Sent == message.Payload.Length)
            {
                _queue.RemoveFirst();
            }
        }
    }

    /// <summary>Takes the cumulative TSN of SHUTDOWN.</summary>
    public bool Acknowledge(uint cumulativeTsn, TimeSpan now)
    {
        if (SctpSerial.IsAfter(cumulativeTsn, LastTsn))
        {
            return false;
        }

        if (SctpSerial.IsAfter(cumulativeTsn, _acknowledged))
        {
            AdvanceTo(cumulativeTsn, now);
            Deadline = _outstanding.Count == 0 ? null : now + timeout.Value;
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
        if (SctpSerial.IsAfter(_acknowledged, sack.CumulativeTsn))
        {
            return true;
        }

        long flightBefore = _flight;
        bool hasAdvanced = sack.CumulativeTsn != _acknowledged;
        long bytes = AdvanceTo(sack.CumulativeTsn, now);
        bytes += Cover(sack, now, out uint? highest);
        if (highest is { } tsn)
        {
            ReportMissing(tsn);
        }

        isNews = bytes > 0 || hasAdvanced;
        _congestion.Acknowledge(bytes, sack.CumulativeTsn, hasAdvanced, flightBefore);
        _window.Update(sack.Window, _flight, now);
        if (_outstanding.Count == 0)
        {
            Deadline = null;
            _congestion.Rest();
        }
        else if (hasAdvanced)
        {
            Deadline = now + timeout.Value;
        }

        MoveOn();
        return true;
    }

    /// <summary>T3-rtx has expired: everything on the way counts as lost (RFC 9260 §6.3.3).</summary>
    public void Expired()
    {
        Deadline = null;
        timeout.BackOff();
        _congestion.Collapse();
        foreach (SctpOutboundChunk chunk in _outstanding.ToArray())
        {
            if (chunk.IsInFlight)
            {
                MarkLost(chunk);
            }
        }

        MoveOn();
        _owesForward = _givenUp != _acknowledged;
    }

    private static int Size(int length) => DataHeader + SctpParameter.Pad(length);

    private bool MayRetransmit() => _isRecoveryFresh || _flight == 0 || _flight < _congestion.Window;

    /// <summary>
    /// Rules A and B of RFC 9260 §6.1. What does not fit and goes out while nothing is on the way is a probe of a window that is closed.
    /// </summary>
    private bool MaySend(SctpOutboundMessage message, TimeSpan now)
        => _window.Fits(message) ? _flight == 0 || _flight < _congestion.Window : _flight == 0 && !(now < _window.ProbeAt);

    private void Write(SctpOutboundChunk chunk, SctpPacketWriter writer, TimeSpan now, bool restarts)
    {
        SctpOutboundMessage message = chunk.Message;
        chunk.Transmissions++;
        chunk.SentAt = now;
        _flight += chunk.Length;
        _window.Take(chunk.Length);
        Deadline = Deadline is null || restarts ? now + timeout.Value : Deadline;
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
        int count = 0;
        long bytes = 0;
        for (; count < _outstanding.Count && !SctpSerial.IsAfter(_outstanding[count].Tsn, cumulativeTsn); count++)
        {
            SctpOutboundChunk chunk = _outstanding[count];
            bytes += Settle(chunk, now);
            BufferedBytes -= chunk.Message.IsAbandoned ? 0 : chunk.Length;
        }

        _outstanding.RemoveRange(0, count);
        _acknowledged = cumulativeTsn;
        if (_announced is { } announced && !SctpSerial.IsAfter(announced, cumulativeTsn))
        {
            // The peer has got there: what there was no room for follows.
            _announced = null;
            _owesForward |= SctpSerial.IsAfter(_givenUp, cumulativeTsn);
        }

        return bytes;
    }

    /// <summary>A chunk has arrived.</summary>
    private long Settle(SctpOutboundChunk chunk, TimeSpan now)
    {
        if (chunk.IsAcknowledged || chunk.Message.IsAbandoned)
        {
            return 0;
        }

        _flight -= chunk.IsInFlight ? chunk.Length : 0;
        chunk.IsAcknowledged = true;
        chunk.IsMarked = false;
        if (chunk.Transmissions == 1)
        {
            timeout.Measure(now - chunk.SentAt);
        }

        return chunk.Length;
    }

    private long Cover(in SctpSack sack, TimeSpan now, out uint? highest)
    {
        _sacks++;
        highest = null;
        long bytes = 0;

        // Blocks are isolated: there are no more of them than chunks.
        int count = Math.Min(sack.GapCount, _outstanding.Count);
        int done = 0;
        for (int i = 0; i < count; i++)
        {
            // Where they overlap all the same, nothing is looked at twice.
            SctpGap gap = sack.GetGap(i);
            for (int index = Math.Max(done, gap.Start - 1); index < gap.End && index < _outstanding.Count; index++)
            {
                SctpOutboundChunk chunk = _outstanding[index];
                done = index + 1;
                chunk.Covered = _sacks;
                if (!chunk.IsAcknowledged && !chunk.Message.IsAbandoned)
                {
                    bytes += Settle(chunk, now);
                    highest = highest is { } known && SctpSerial.IsAfter(known, chunk.Tsn) ? known : chunk.Tsn;
                }
            }
        }

        foreach (SctpOutboundChunk chunk in _outstanding)
        {
            if (chunk.IsAcknowledged && chunk.Covered != _sacks && !chunk.Message.IsAbandoned)
            {
                // The receiver has dropped it again: "a data receiver MAY drop DATA chunks that it has received but has not released".
                chunk.IsAcknowledged = false;
                chunk.IsMarked = true;
            }
        }

        return bytes;
    }

    private void ReportMissing(uint highest)
    {
        bool begins = false;
        foreach (SctpOutboundChunk chunk in _outstanding.ToArray())
        {
            if (!SctpSerial.IsAfter(highest, chunk.Tsn))
            {
                break;
            }

            if (chunk.IsInFlight && ++chunk.Missing == FastRetransmitReports)
            {
                MarkLost(chunk);
                begins = true;
            }
        }

        _isRecoveryFresh |= begins && _congestion.EnterRecovery(LastTsn);
    }

    /// <summary>A chunk that was on the way is sent again, or its message is given up.</summary>
    private void MarkLost(SctpOutboundChunk chunk)
    {
        if (CanGiveUp && chunk.Message.MaxRetransmissions is { } most && chunk.Transmissions > most)
        {
            GiveUp(chunk.Message);
            return;
        }

        _flight -= chunk.Length;
        chunk.IsMarked = true;
    }

    /// <summary>Gives up messages whose time is over, before they are sent or sent again.</summary>
    private void Expire(TimeSpan now)
    {
        if (!_hasTimed)
        {
            return;
        }

        for (LinkedListNode<SctpOutboundMessage>? node = _queue.First; node is not null;)
        {
            SctpOutboundMessage message = node.Value;
            node = node.Next;
            if (message.Expiry <= now && (CanGiveUp || message.Sent == 0))
            {
                GiveUp(message);
            }
        }

        if (CanGiveUp)
        {
            foreach (SctpOutboundChunk chunk in _outstanding.FindAll(c => c.IsMarked && c.Message.Expiry <= now))
            {
                GiveUp(chunk.Message);
            }
        }

        MoveOn();
        _hasTimed = !IsIdle;
    }

    private void GiveUp(SctpOutboundMessage message)
    {
        if (message.IsAbandoned)
        {
            return;
        }

        foreach (SctpOutboundChunk chunk in _outstanding)
        {
            if (chunk.Message == message)
            {
                _flight -= chunk.IsInFlight ? chunk.Length : 0;
                chunk.IsMarked = false;
                BufferedBytes -= chunk.Length;
            }
        }

        message.IsAbandoned = true;
        if (message.Sent < message.Payload.Length)
        {
            _queue.Remove(message);
            BufferedBytes -= message.Payload.Length - message.Sent;
            if (message.Sent > 0)
            {
                // A TSN for the end of the message, so that what is skipped ends with it.
                _outstanding.Add(new SctpOutboundChunk(_nextTsn++, message, message.Sent, 0));
            }
        }
    }

    /// <summary>Moves the point up to which the peer waits for nothing, over what was given up.</summary>
    private void MoveOn()
    {
        uint point = _acknowledged;
        foreach (SctpOutboundChunk chunk in _outstanding)
        {
            if (!chunk.Message.IsAbandoned)
            {
                break;
            }

            point = chunk.Tsn;
        }

        _owesForward = point != _acknowledged && (_owesForward || point != _givenUp);
        _givenUp = point;
    }

    /// <summary>Adds FORWARD-TSN where it is owed and has room. What has no room in it follows once the peer has got so far.</summary>
    private void WriteForward(SctpPacketWriter writer, TimeSpan now)
    {
        if (!_owesForward || writer.Room < _skips.MaxSize)
        {
            return;
        }

        _owesForward = false;
        _skips.Clear();
        uint point = _acknowledged;
        foreach (SctpOutboundChunk chunk in _outstanding)
        {
            if (SctpSerial.IsAfter(chunk.Tsn, _givenUp) || !_skips.TryAdd(chunk.Message))
            {
                break;
            }

            point = chunk.Tsn;
        }

        _announced = point == _givenUp ? null : point;
        writer.AddForwardTsn(point, _skips.Streams);
        Deadline ??= now + timeout.Value;
    }
}
