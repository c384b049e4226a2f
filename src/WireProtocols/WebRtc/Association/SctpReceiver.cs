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

/// <summary>What arrives: in which messages, in which order, and how much of it is held (RFC 9260 §6.2, §6.5 and §6.9).</summary>
internal sealed class SctpReceiver(uint initialTsn, int streamCount, SctpAssociationOptions options, SctpInbox inbox)
{
    private readonly SctpArrivals _arrivals = new(initialTsn, options);
    private readonly SctpReassembly _reassembly = new();
    private readonly Dictionary<ushort, SctpInboundStream> _streams = [];
    private int _waitingBytes;
    private int _waitingCount;
    private uint _lastWindow = uint.MaxValue;

    /// <summary>How many streams the peer sends on.</summary>
    public int StreamCount => streamCount;

    /// <inheritdoc cref="SctpArrivals.CumulativeTsn"/>
    public uint CumulativeTsn => _arrivals.CumulativeTsn;

    /// <inheritdoc cref="SctpArrivals.SackDeadline"/>
    public TimeSpan? SackDeadline => _arrivals.SackDeadline;

    /// <inheritdoc cref="SctpArrivals.OwesSack"/>
    public bool OwesSack => _arrivals.OwesSack;

    private int HeldBytes => _reassembly.Bytes + _waitingBytes + inbox.Bytes;

    private int HeldCount => _reassembly.Count + _arrivals.Beyond + _waitingCount + inbox.Count;

    private uint Window => HeldCount >= options.MaxFragments ? 0 : (uint)Math.Max(0, options.ReceiveWindow - HeldBytes);

    /// <summary>Takes a DATA.</summary>
    public SctpReception Receive(in SctpData data)
    {
        if (!_arrivals.IsNew(data))
        {
            return SctpReception.Dropped;
        }

        bool isNext = data.Tsn == CumulativeTsn + 1;

        // What fills the first gap is taken above the window too, or nothing would ever leave it.
        bool hasRoom = HeldBytes + data.Payload.Length <= (long)options.ReceiveWindow * (isNext ? 2 : 1)
            && HeldCount < options.MaxFragments * (isNext ? 2 : 1);
        if (!hasRoom || data.Tsn - CumulativeTsn > ushort.MaxValue)
        {
            _arrivals.Hurry();
            return SctpReception.Dropped;
        }

        _arrivals.Add(data.Tsn);
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

    /// <inheritdoc cref="SctpArrivals.EndPacket"/>
    public void EndPacket(TimeSpan now) => _arrivals.EndPacket(now);

    /// <summary>Waits no longer for what the peer has given up (RFC 3758 §3.6).</summary>
    public void Skip(in SctpForwardTsn forward)
    {
        if (!_arrivals.SkipThrough(forward.NewCumulativeTsn))
        {
            return;
        }

        _reassembly.DropThrough(forward.NewCumulativeTsn);
        for (int i = 0; i < forward.StreamCount; i++)
        {
            SctpSkip skip = forward.GetStream(i);
            if (skip.StreamId < streamCount)
            {
                StreamOf(skip.StreamId).SkipThrough(skip.SequenceNumber, Deliver);
            }
        }
    }

    /// <summary>Begins a stream of the peer anew, or with -1 all of them, and tells it.</summary>
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

        inbox.TellReset(streamId);
    }

    /// <summary>
    /// The application has taken something. "send a window update only if the window can be increased by at least a quarter of the receive buffer
    /// size".
    /// </summary>
    public void Taken()
    {
        if (Window >= _lastWindow + (ulong)(options.ReceiveWindow / 4))
        {
            _arrivals.Hurry();
        }
    }

    /// <inheritdoc cref="SctpArrivals.IsSackDue"/>
    public bool IsSackDue(TimeSpan now) => _arrivals.IsSackDue(now);

    /// <summary>Adds a SACK, with as many gap blocks as there is room for.</summary>
    public void WriteSack(SctpPacketWriter writer)
    {
        _lastWindow = Window;
        _arrivals.WriteSack(writer, _lastWindow);
    }

    private bool TryDeliver(SctpFragment message)
    {
        _waitingBytes += message.Payload.Length;
        _waitingCount++;
        if (!message.IsOrdered)
        {
            Deliver(message);
            return true;
        }

        return StreamOf(message.StreamId).Take(message, Deliver);
    }

    private void Deliver(SctpFragment message)
    {
        _waitingBytes -= message.Payload.Length;
        _waitingCount--;
        inbox.Add(new SctpUserMessage(message.StreamId, message.PayloadProtocol, message.Payload));
    }

    /// <summary>Messages whose turn never comes are not held any more.</summary>
    private void Forget(SctpInboundStream stream)
    {
        foreach (SctpFragment message in stream.Waiting)
        {
            _waitingBytes -= message.Payload.Length;
            _waitingCount--;
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
