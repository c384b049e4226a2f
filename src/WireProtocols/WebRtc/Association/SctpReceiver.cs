namespace WireProtocols.WebRtc;

/// <summary>What a DATA led to.</summary>
internal enum SctpReception
{
    /// <summary>It is held, or its message is.</summary>
    Held,

    /// <summary>There was no room for it, or it is here already.</summary>
    Dropped,

    /// <summary>Its stream does not exist.</summary>
    NoStream,

    /// <summary>It contradicts what is held, or its message is too long.</summary>
    Violation,
}

/// <summary>What arrives: which TSNs, in which messages, in which order, and what is said of it (RFC 9260 §6.2 and §6.7).</summary>
internal sealed class SctpReceiver(uint initialTsn, int streamCount, SctpAssociationOptions options)
{
    private const int MaxDuplicates = 16;
    private const int PacketsPerSack = 2;

    private readonly SortedSet<uint> _beyond = new(SctpSerial.Order);
    private readonly List<uint> _duplicates = [];
    private readonly List<SctpGap> _gaps = [];
    private readonly SctpReassembly _reassembly = new();
    private readonly Dictionary<ushort, SctpInboundStream> _streams = [];
    private readonly Queue<SctpEvent> _events = [];
    private readonly HashSet<int> _resetsTold = [];
    private int _packets;
    private bool _hasData;
    private bool _isSackUrgent;
    private int _wholeBytes;
    private int _wholeCount;
    private uint _lastWindow = uint.MaxValue;

    /// <summary>How many streams the peer sends on.</summary>
    public int StreamCount => streamCount;

    /// <summary>The last TSN before the first gap.</summary>
    public uint CumulativeTsn { get; private set; } = initialTsn - 1;

    /// <summary>When a SACK is due at the latest; null where nothing waits for one.</summary>
    public TimeSpan? SackDeadline { get; private set; }

    /// <summary>Whether anything waits for a SACK.</summary>
    public bool OwesSack => _isSackUrgent || SackDeadline is not null;

    private int HeldBytes => _reassembly.Bytes + _wholeBytes;

    private int HeldCount => _reassembly.Count + _beyond.Count + _wholeCount;

    private uint Window => HeldCount >= options.MaxFragments ? 0 : (uint)Math.Max(0, options.ReceiveWindow - HeldBytes);

    /// <summary>Takes a DATA.</summary>
    public SctpReception Receive(in SctpData data)
    {
        _hasData = true;
        _isSackUrgent |= (data.Bits & SctpDataBits.Immediate) != 0;
        if (!SctpSerial.IsAfter(data.Tsn, CumulativeTsn) || _beyond.Contains(data.Tsn))
        {
            _isSackUrgent = true;
            if (_duplicates.Count < MaxDuplicates)
            {
                _duplicates.Add(data.Tsn);
            }

            return SctpReception.Dropped;
        }

        bool isNext = data.Tsn == CumulativeTsn + 1;

        // What fills the first gap is taken above the window too, or nothing would ever leave it.
        bool hasRoom = HeldBytes + data.Payload.Length <= (long)options.ReceiveWindow * (isNext ? 2 : 1)
            && HeldCount < options.MaxFragments * (isNext ? 2 : 1);
        if (!hasRoom || data.Tsn - CumulativeTsn > ushort.MaxValue)
        {
            _isSackUrgent = true;
            return SctpReception.Dropped;
        }

        bool wasBeyond = _beyond.Count > 0;
        Mark(data.Tsn);
        _isSackUrgent |= wasBeyond || _beyond.Count > 0;
        if (data.StreamId >= streamCount)
        {
            return SctpReception.NoStream;
        }

        SctpFragment fragment = new(
            data.Bits, (ushort)data.StreamId, (ushort)data.SequenceNumber, data.PayloadProtocol, data.Payload.ToArray());
        if (!_reassembly.TryAdd(data.Tsn, fragment, options.MaxMessageLength, out SctpFragment? message))
        {
            return SctpReception.Violation;
        }

        return message is null || TryDeliver(message) ? SctpReception.Held : SctpReception.Violation;
    }

    /// <summary>A packet has been looked at: decides whether its DATA are acknowledged now or later.</summary>
    public void EndPacket(TimeSpan now)
    {
        if (!_hasData)
        {
            return;
        }

        _hasData = false;
        _isSackUrgent |= ++_packets >= PacketsPerSack;
        SackDeadline ??= now + options.AcknowledgementDelay;
    }

    /// <summary>Waits no longer for what the peer has given up (RFC 3758 §3.6).</summary>
    public void Skip(in SctpForwardTsn forward)
    {
        _isSackUrgent = true;
        uint tsn = forward.NewCumulativeTsn;
        if (!SctpSerial.IsAfter(tsn, CumulativeTsn))
        {
            return;
        }

        CumulativeTsn = tsn;
        while (_beyond.Count > 0 && !SctpSerial.IsAfter(_beyond.Min, tsn))
        {
            _beyond.Remove(_beyond.Min);
        }

        Advance();
        _reassembly.DropThrough(tsn);
        for (int i = 0; i < forward.StreamCount; i++)
        {
            SctpSkip skip = forward.GetStream(i);
            if (skip.StreamId < streamCount)
            {
                StreamOf(skip.StreamId).SkipThrough(skip.SequenceNumber, Deliver);
            }
        }
    }

    /// <summary>
    /// Begins a stream of the peer anew, or with -1 all of them, and tells it. It is told once until it has been taken, or messages of the stream
    /// have come in between.
    /// </summary>
    public void Reset(int streamId)
    {
        if (streamId < 0)
        {
            foreach (SctpInboundStream each in _streams.Values)
            {
                Forget(each);
            }

            _streams.Clear();
        }
        else if (_streams.Remove((ushort)streamId, out SctpInboundStream? stream))
        {
            Forget(stream);
        }

        if (_resetsTold.Add(streamId))
        {
            Tell(new SctpEvent(SctpEventKind.PeerStreamReset, streamId));
        }
    }

    /// <summary>Tells something behind the messages that have arrived.</summary>
    public void Tell(SctpEvent happened) => _events.Enqueue(happened);

    /// <summary>Takes the next message, or what else is told.</summary>
    public bool TryTake(out SctpEvent happened)
    {
        if (!_events.TryDequeue(out happened))
        {
            return false;
        }

        _wholeBytes -= happened.Message.Payload.Length;
        _wholeCount -= happened.Kind == SctpEventKind.Message ? 1 : 0;
        if (happened.Kind == SctpEventKind.PeerStreamReset)
        {
            _resetsTold.Remove(happened.StreamId);
        }

        // "send a window update only if the window can be increased by at least a quarter of the receive buffer size".
        _isSackUrgent |= Window >= _lastWindow + (ulong)(options.ReceiveWindow / 4);
        return true;
    }

    /// <summary>Whether a SACK is to be sent now.</summary>
    public bool IsSackDue(TimeSpan now) => _isSackUrgent || (SackDeadline is { } deadline && now >= deadline);

    /// <summary>Adds a SACK, with as many gap blocks as there is room for.</summary>
    public void WriteSack(SctpPacketWriter writer)
    {
        _gaps.Clear();
        int room = (writer.Room - SctpChunk.HeaderSize - SctpSack.FieldsSize - (_duplicates.Count * SctpSack.EntrySize)) / SctpSack.EntrySize;
        foreach (uint tsn in _beyond)
        {
            ushort offset = (ushort)(tsn - CumulativeTsn);
            if (_gaps.Count > 0 && _gaps[^1].End + 1 == offset)
            {
                _gaps[^1] = _gaps[^1] with { End = offset };
            }
            else if (_gaps.Count < room)
            {
                _gaps.Add(new SctpGap(offset, offset));
            }
            else
            {
                break;
            }
        }

        _lastWindow = Window;
        writer.AddSack(
            CumulativeTsn,
            Window,
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_gaps),
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_duplicates));
        _duplicates.Clear();
        _packets = 0;
        _isSackUrgent = false;
        SackDeadline = null;
    }

    private void Mark(uint tsn)
    {
        if (tsn == CumulativeTsn + 1)
        {
            CumulativeTsn = tsn;
            Advance();
        }
        else
        {
            _beyond.Add(tsn);
        }
    }

    private void Advance()
    {
        while (_beyond.Count > 0 && _beyond.Min == CumulativeTsn + 1)
        {
            CumulativeTsn++;
            _beyond.Remove(CumulativeTsn);
        }
    }

    private bool TryDeliver(SctpFragment message)
    {
        _wholeBytes += message.Payload.Length;
        _wholeCount++;
        if (!message.IsOrdered)
        {
            Deliver(message);
            return true;
        }

        return StreamOf(message.StreamId).Take(message, Deliver);
    }

    private void Deliver(SctpFragment message)
    {
        _resetsTold.Remove(message.StreamId);
        _resetsTold.Remove(-1);
        _events.Enqueue(new SctpEvent(
            SctpEventKind.Message, message.StreamId, new SctpUserMessage(message.StreamId, message.PayloadProtocol, message.Payload)));
    }

    /// <summary>Messages whose turn never comes are not held any more.</summary>
    private void Forget(SctpInboundStream stream)
    {
        foreach (SctpFragment message in stream.Waiting)
        {
            _wholeBytes -= message.Payload.Length;
            _wholeCount--;
        }
    }

    private SctpInboundStream StreamOf(ushort id)
    {
        if (!_streams.TryGetValue(id, out SctpInboundStream? stream))
        {
            _streams[id] = stream = new SctpInboundStream();
        }

        return stream;
    }
}
