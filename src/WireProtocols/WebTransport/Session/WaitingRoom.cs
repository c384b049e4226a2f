namespace WireProtocols.WebTransport;

/// <summary>
/// What arrives before its session is there (draft-ietf-webtrans-http3 §4.6): "endpoints SHOULD buffer streams and datagrams until they can
/// be associated with an established session. To avoid resource exhaustion, endpoints MUST limit the number of buffered streams and
/// datagrams". It holds, counts and gives back; what is to become of what has no room, the caller decides.
/// </summary>
internal sealed class WaitingRoom(WebTransportConnectionOptions options)
{
    /// <summary>The streams, the oldest first.</summary>
    private readonly List<QuicStreamState> _streams = [];

    private readonly Queue<(long SessionId, byte[] Payload)> _datagrams = new();

    /// <summary>The bytes that wait: of streams, of datagrams, and of capsules that their session holds.</summary>
    public int BufferedBytes { get; private set; }

    private int Room => options.MaxBufferedBytes - BufferedBytes;

    /// <summary>
    /// The stream that has to leave before another one enters, or null. "It is up to an implementation to choose what stream or datagram
    /// to discard": the oldest, which probably waits in vain.
    /// </summary>
    public QuicStreamState? FindSuperfluous() => _streams.Count == options.MaxBufferedStreams ? _streams[0] : null;

    /// <summary>Makes a stream wait for a session, or for <see cref="WaitingStream.ForSettings"/>.</summary>
    public void Enter(QuicStreamState stream, long sessionId)
    {
        stream.Use = QuicStreamUse.Waiting;
        stream.Waiting = new WaitingStream(sessionId);
        _streams.Add(stream);
    }

    /// <summary>Holds what has come of a stream that waits.</summary>
    /// <returns>False where there is no room: nothing was held.</returns>
    public bool TryAppend(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        if (!TryHold(data.Length))
        {
            return false;
        }

        stream.Waiting!.Append(data, endStream);
        return true;
    }

    /// <summary>The stream waits no longer. The caller gives it another use.</summary>
    /// <returns>What has arrived of it.</returns>
    public WaitingStream Leave(QuicStreamState stream)
    {
        WaitingStream waiting = stream.Waiting!;
        _streams.Remove(stream);
        stream.Waiting = null;
        Release(waiting.Length);
        return waiting;
    }

    /// <summary>The streams that wait for a session, or for <see cref="WaitingStream.ForSettings"/>, the oldest first.</summary>
    public QuicStreamState[] FindStreams(long sessionId) => [.. _streams.Where(s => s.Waiting!.SessionId == sessionId)];

    /// <summary>Holds a copy of a datagram. "When the number of buffered datagrams is exceeded, a datagram MUST be dropped": the oldest.</summary>
    public void AddDatagram(long sessionId, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > options.MaxBufferedBytes)
        {
            WebTransportMetrics.DatagramWithoutRoom();
            return;
        }

        while (_datagrams.Count > 0 && (_datagrams.Count == options.MaxBufferedDatagrams || payload.Length > Room))
        {
            Release(_datagrams.Dequeue().Payload.Length);
            WebTransportMetrics.DatagramWithoutRoom();
        }

        if (TryHold(payload.Length))
        {
            _datagrams.Enqueue((sessionId, payload.ToArray()));
        }
        else
        {
            WebTransportMetrics.DatagramWithoutRoom();
        }
    }

    /// <summary>Gives back the datagrams that wait for a session, in the order in which they came.</summary>
    public List<byte[]> TakeDatagrams(long sessionId)
    {
        List<byte[]> taken = [];
        for (int left = _datagrams.Count; left > 0; left--)
        {
            (long SessionId, byte[] Payload) datagram = _datagrams.Dequeue();
            if (datagram.SessionId == sessionId)
            {
                Release(datagram.Payload.Length);
                taken.Add(datagram.Payload);
            }
            else
            {
                _datagrams.Enqueue(datagram);
            }
        }

        return taken;
    }

    /// <summary>Counts bytes that somebody holds, here or in the session.</summary>
    /// <returns>False where there is no room for them.</returns>
    public bool TryHold(int count)
    {
        if (count > Room)
        {
            return false;
        }

        BufferedBytes += count;
        WebTransportMetrics.QueueChanged(count);
        return true;
    }

    /// <summary>So many bytes are not held any more.</summary>
    public void Release(int count)
    {
        BufferedBytes -= count;
        WebTransportMetrics.QueueChanged(-count);
    }

    /// <summary>Forgets everything. The streams give their memory back themselves.</summary>
    public void Clear()
    {
        _streams.Clear();
        WebTransportMetrics.DatagramsWithoutSession(_datagrams.Count);
        _datagrams.Clear();
        Release(BufferedBytes);
    }
}
