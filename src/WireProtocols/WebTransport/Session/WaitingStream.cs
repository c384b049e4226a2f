using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>What has arrived of a stream that waits, and how it ended if it has.</summary>
/// <param name="sessionId">The session that it waits for, or -1 while it waits for the peer's SETTINGS.</param>
internal sealed class WaitingStream(long sessionId) : IDisposable
{
    /// <summary>The session id of a stream that waits for SETTINGS.</summary>
    public const long ForSettings = -1;

    private PooledBuffer _bytes;

    public long SessionId { get; } = sessionId;

    public int Length => _bytes.Length;

    /// <summary>True when the peer has finished its side cleanly.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The peer's reset, or null where there was none.</summary>
    public (long ErrorCode, long FinalSize)? Reset { get; private set; }

    public void Append(ReadOnlySpan<byte> data, bool endStream)
    {
        _bytes.Append(data);
        HasEnded |= endStream;
    }

    /// <param name="errorCode">The code of the reset.</param>
    /// <param name="finalSize">The final size of the stream in bytes, or -1.</param>
    public void ResetByPeer(long errorCode, long finalSize) => Reset = (errorCode, finalSize);

    /// <summary>Takes a copy of the bytes out: events refer to it until they have been read.</summary>
    public byte[] Take()
    {
        byte[] bytes = _bytes.Written.ToArray();
        _bytes.Release();
        return bytes;
    }

    public void Dispose() => _bytes.Release();
}
