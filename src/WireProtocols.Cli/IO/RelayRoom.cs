namespace WireProtocols.Cli.IO;

/// <summary>What each stream of a relayed connection has waiting at its carrier. Nothing is counted before the carrier says that it tells.</summary>
internal sealed class RelayRoom
{
    private const int Limit = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, (long Waiting, bool IsFull)> _streams = [];

    public bool IsCounted { get; set; }

    /// <summary>How many bytes more should be sent on a stream for now.</summary>
    public long Get(long streamId)
    {
        lock (_gate)
        {
            return IsCounted ? Math.Max(0, Limit - _streams.GetValueOrDefault(streamId).Waiting) : long.MaxValue;
        }
    }

    public void Sent(long streamId, int count)
    {
        lock (_gate)
        {
            if (IsCounted)
            {
                (long waiting, bool isFull) = _streams.GetValueOrDefault(streamId);
                _streams[streamId] = (waiting + count, isFull || waiting + count >= Limit);
            }
        }
    }

    /// <returns>True where there is room now and was none.</returns>
    public bool Taken(long streamId, long count)
    {
        lock (_gate)
        {
            if (!_streams.TryGetValue(streamId, out (long Waiting, bool IsFull) stream))
            {
                return false;
            }

            stream.Waiting -= count;
            bool hasRoom = stream.IsFull && 2 * stream.Waiting < Limit;
            stream.IsFull &= !hasRoom;
            if (stream.Waiting <= 0)
            {
                _streams.Remove(streamId);
            }
            else
            {
                _streams[streamId] = stream;
            }

            return hasRoom;
        }
    }

    /// <summary>What waits on a stream is not sent any more.</summary>
    public void Forget(long streamId)
    {
        lock (_gate)
        {
            _streams.Remove(streamId);
        }
    }
}
