namespace WireProtocols.WebTransport;

/// <summary>
/// The QUIC streams of a connection that are known, and everything that is sent on them. It knows neither frames nor sessions; after
/// <see cref="Close"/> it sends nothing.
/// </summary>
internal sealed class StreamTable(WebTransportRole role, IQuicOutput output, int maxStreams, Queue<WebTransportEvent> events)
{
    private readonly Dictionary<long, QuicStreamState> _streams = [];
    private long _nextBidirectional = role == WebTransportRole.Client ? 0 : 1;
    private long _nextUnidirectional = role == WebTransportRole.Client ? 2 : 3;
    private bool _closed;

    public int Count => _streams.Count;

    /// <summary>True where one more stream is within the limit.</summary>
    public bool HasRoom => !_closed && _streams.Count < maxStreams;

    /// <summary>The stream, or null where it is not known or over.</summary>
    public QuicStreamState? Find(long streamId) => _streams.TryGetValue(streamId, out QuicStreamState? stream) ? stream : null;

    /// <summary>True where an id is one that the peer may open.</summary>
    public bool IsOfPeer(long streamId) => streamId >= 0 && ((streamId & 1) == 0) == (role == WebTransportRole.Server);

    /// <summary>Adds a stream that the peer has opened.</summary>
    public QuicStreamState Add(long streamId) => Add(new QuicStreamState(streamId, isLocal: false));

    /// <summary>Takes the next id of this side. The stack opens the stream when something is sent on it.</summary>
    public QuicStreamState Open(WebTransportStreamDirection direction)
    {
        ref long next = ref direction == WebTransportStreamDirection.Unidirectional ? ref _nextUnidirectional : ref _nextBidirectional;
        QuicStreamState stream = new(next, isLocal: true);
        next += 4;
        return Add(stream);
    }

    public void Send(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        output.SendStream(stream.Id, data, endStream);
        stream.IsSendDone |= endStream;
    }

    /// <summary>How many bytes more should be sent on a stream for now.</summary>
    public long GetRoom(QuicStreamState stream) => _closed ? 0 : output.GetRoom(stream.Id);

    /// <summary>Stops reading a stream, or goes on.</summary>
    public void SetReceiving(QuicStreamState stream, bool isReceiving)
    {
        if (!_closed)
        {
            output.SetReceiving(stream.Id, isReceiving);
        }
    }

    /// <summary>Resets this side of a stream, unless it is over.</summary>
    public void ResetSending(QuicStreamState stream, long errorCode)
    {
        if (!stream.IsSendDone)
        {
            ResetAnyway(stream, errorCode);
        }
    }

    /// <summary>Resets this side of a stream even where it has been finished.</summary>
    public void ResetAnyway(QuicStreamState stream, long errorCode)
    {
        stream.IsSendDone = true;
        if (!_closed)
        {
            // "WebTransport implementations MUST use the RESET_STREAM_AT frame with a Reliable Size set to at least the size of the
            // WebTransport header when resetting a WebTransport data stream" (draft-ietf-webtrans-http3 §4.4).
            output.ResetStream(stream.Id, errorCode, stream.SentHeaderSize);
        }
    }

    /// <summary>Asks the peer to send no more on a stream. What it sends until it hears of that still arrives.</summary>
    public void StopReceiving(QuicStreamState stream, long errorCode)
    {
        if (!_closed && !stream.IsReceiveDone)
        {
            output.StopSending(stream.Id, errorCode);
        }
    }

    /// <summary>Ends both sides of a stream; what still arrives is thrown away.</summary>
    public void Discard(QuicStreamState stream, long errorCode)
    {
        stream.Use = QuicStreamUse.Discarded;
        stream.FirstBytes.Release();
        ResetSending(stream, errorCode);
        StopReceiving(stream, errorCode);
    }

    /// <summary>A violation of stream scope, on a stream that is no session's: both sides end with its code.</summary>
    public void Abort(QuicStreamState stream, WebTransportProtocolError error)
    {
        long code = error.GetErrorCode();
        WebTransportMetrics.Violated(error, WebTransportErrorScope.Stream);
        Discard(stream, code);
        events.Enqueue(new WebTransportEvent(WebTransportEventKind.Violation, null, stream.Id)
        {
            Error = error,
            ErrorCode = code,
            Scope = WebTransportErrorScope.Stream,
        });
        TryForget(stream);
    }

    /// <summary>Forgets a stream that is over on both sides and does not wait.</summary>
    /// <returns>True the one time that it is forgotten.</returns>
    public bool TryForget(QuicStreamState stream)
    {
        if (!stream.IsDone || stream.Use == QuicStreamUse.Waiting || !_streams.Remove(stream.Id))
        {
            return false;
        }

        stream.Dispose();
        return true;
    }

    /// <summary>The connection is over: forgets every stream.</summary>
    public void Close()
    {
        _closed = true;
        foreach (QuicStreamState stream in _streams.Values)
        {
            stream.Dispose();
        }

        _streams.Clear();
    }

    private QuicStreamState Add(QuicStreamState stream)
    {
        _streams.Add(stream.Id, stream);
        return stream;
    }
}
