namespace WireProtocols.WebTransport;

/// <summary>One end of a pair: cuts what is sent into packets.</summary>
internal sealed class PairCarrier(QuicPairOptions options, PairLink output, PairInbox input) : IQuicCarrier
{
    private readonly Lock _gate = new();

    /// <summary>How many bytes have been sent on each stream; -1 where it has been finished or reset.</summary>
    private readonly Dictionary<long, long> _sent = [];

    /// <summary>How many bytes of each stream the far end has not read, and whether there was no room.</summary>
    private readonly Dictionary<long, (long Bytes, bool IsFull)> _unread = [];

    /// <inheritdoc/>
    public int MaxDatagramSize => options.MaxDatagramSize;

    /// <inheritdoc/>
    public bool SupportsReliableReset => options.SupportsReliableReset;

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => input.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public bool TryRead(out QuicEvent item) => input.TryRead(out item);

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
        => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : default;

    /// <inheritdoc/>
    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (data.IsEmpty && !endStream)
        {
            return;
        }

        lock (_gate)
        {
            long offset = _sent.GetValueOrDefault(streamId);
            if (offset < 0)
            {
                return;
            }

            long unread = _unread.GetValueOrDefault(streamId).Bytes + data.Length;
            _unread[streamId] = (unread, unread >= options.StreamWindow);
            do
            {
                ReadOnlySpan<byte> piece = data[..Math.Min(data.Length, options.MaxPacketSize)];
                data = data[piece.Length..];
                bool ends = endStream && data.IsEmpty;
                output.Send(
                    new PairPacket(new QuicEvent { Kind = QuicEventKind.Stream, StreamId = streamId, Data = piece.ToArray(), EndStream = ends })
                    {
                        Offset = offset,
                    });
                offset += piece.Length;
            }
            while (!data.IsEmpty);
            _sent[streamId] = endStream ? -1 : offset;
        }
    }

    /// <inheritdoc/>
    public void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length <= options.MaxDatagramSize)
        {
            output.Send(new PairPacket(new QuicEvent { Kind = QuicEventKind.Datagram, Data = datagram.ToArray() }));
        }
    }

    /// <inheritdoc/>
    public void ResetStream(long streamId, long errorCode, long reliableSize)
    {
        lock (_gate)
        {
            long sent = _sent.GetValueOrDefault(streamId);
            if (sent >= 0)
            {
                _sent[streamId] = -1;
                output.Send(new PairPacket(new QuicEvent { Kind = QuicEventKind.Reset, StreamId = streamId, ErrorCode = errorCode, FinalSize = sent })
                {
                    ReliableSize = options.SupportsReliableReset ? Math.Min(reliableSize, sent) : 0,
                });
            }
        }
    }

    /// <inheritdoc/>
    public void StopSending(long streamId, long errorCode)
        => output.Send(new PairPacket(new QuicEvent { Kind = QuicEventKind.StopSending, StreamId = streamId, ErrorCode = errorCode }));

    /// <inheritdoc/>
    public long GetRoom(long streamId)
    {
        lock (_gate)
        {
            return Math.Max(0, options.StreamWindow - _unread.GetValueOrDefault(streamId).Bytes);
        }
    }

    /// <inheritdoc/>
    public void SetReceiving(long streamId, bool isReceiving) => input.SetReceiving(streamId, isReceiving);

    /// <summary>The far end has read bytes that were sent here.</summary>
    public void OnRead(long streamId, int count)
    {
        bool tell;
        lock (_gate)
        {
            (long bytes, bool isFull) = _unread.GetValueOrDefault(streamId);
            bytes -= count;
            tell = isFull && 2 * bytes < options.StreamWindow;
            _unread[streamId] = (bytes, isFull && !tell);
            tell &= _sent.GetValueOrDefault(streamId) >= 0;
        }

        if (tell)
        {
            input.Add(new QuicEvent { Kind = QuicEventKind.Writable, StreamId = streamId });
        }
    }

    /// <summary>Closes the connection. Nothing is sent or received any more; what is under way may be lost.</summary>
    public void Close(long errorCode, string reason)
    {
        output.Send(new PairPacket(new QuicEvent { Kind = QuicEventKind.Close, ErrorCode = errorCode, Reason = reason }));
        output.Send(new PairPacket { IsEnd = true });
        input.End();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        output.Send(new PairPacket { IsEnd = true });
        return default;
    }
}
