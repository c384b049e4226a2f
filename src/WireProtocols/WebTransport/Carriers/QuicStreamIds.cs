namespace WireProtocols.WebTransport;

/// <summary>Which stream ids this side of a connection initiates, and which of them come next (RFC 9000 §2.1).</summary>
internal sealed class QuicStreamIds
{
    private readonly long[] _next = [0, 0];

    /// <summary>The lowest bit of this side's ids, or -1 before it is known.</summary>
    private long _own = -1;

    /// <summary>The peer has opened a stream, so this side's ids are the others.</summary>
    public void SeePeer(long streamId) => Interlocked.CompareExchange(ref _own, (streamId & 1) ^ 1, -1);

    /// <summary>Takes the id of a stream that is not known.</summary>
    /// <returns>True where it is the next one of this side's, so that it opens a stream; false where its stream is over.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is one of this side's, and others come before it.</exception>
    public bool TryOpen(long streamId)
    {
        // Whoever knows no stream of the peer's can only send on one of its own.
        Interlocked.CompareExchange(ref _own, streamId & 1, -1);
        int type = (int)(streamId >> 1) & 1;
        if ((streamId & 1) != Interlocked.Read(ref _own) || streamId >> 2 < _next[type])
        {
            return false;
        }

        if (streamId >> 2 > _next[type])
        {
            throw new ArgumentOutOfRangeException(nameof(streamId), streamId, "The ids of this side's streams come in order.");
        }

        _next[type]++;
        return true;
    }
}
