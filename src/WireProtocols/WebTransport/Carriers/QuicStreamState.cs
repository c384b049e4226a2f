using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>What a QUIC stream turned out to be.</summary>
internal enum QuicStreamUse : byte
{
    /// <summary>Its first bytes have not said yet.</summary>
    Unknown,

    /// <summary>It has to wait for SETTINGS, or for its session.</summary>
    Waiting,

    Control,
    QpackEncoder,
    QpackDecoder,

    /// <summary>A request and its response; a session's CONNECT stream among them.</summary>
    Request,

    /// <summary>A stream of a session.</summary>
    Data,

    /// <summary>What still arrives is thrown away.</summary>
    Discarded,
}

/// <summary>One QUIC stream of a connection.</summary>
internal sealed class QuicStreamState(long id, bool isLocal) : IDisposable
{
    /// <summary>The first bytes while they are not enough, or what waits.</summary>
    public PooledBuffer Pending;

    public QpackStreamDecoder Qpack;

    public long Id { get; } = id;

    public bool IsLocal { get; } = isLocal;

    public bool IsUnidirectional => (Id & 2) != 0;

    public QuicStreamUse Use { get; set; }

    public WebTransportSession? Session { get; set; }

    /// <summary>The frames of a request or control stream.</summary>
    public Http3FrameDecoder? Frames { get; set; }

    /// <summary>The session that a waiting stream belongs to, or -1 while it waits for SETTINGS.</summary>
    public long SessionId { get; set; } = -1;

    /// <summary>The bytes that WebTransport put before the application's, for what a reset has to deliver.</summary>
    public int SentHeaderSize { get; set; }

    /// <summary>The bytes that the peer put before the application's.</summary>
    public int ReceivedHeaderSize { get; set; }

    /// <summary>The application's bytes that have arrived.</summary>
    public long ReceivedData { get; set; }

    /// <summary>The peer has finished or reset its side while the stream waited.</summary>
    public bool PendingEnd { get; set; }

    /// <summary>The code of the reset that <see cref="PendingEnd"/> means, or null for a clean end.</summary>
    public long? PendingReset { get; set; }

    /// <summary>The final size in bytes that came with the reset, or -1.</summary>
    public long PendingFinalSize { get; set; } = -1;

    public bool IsReceiveDone { get; set; } = isLocal && (id & 2) != 0;

    public bool IsSendDone { get; set; } = !isLocal && (id & 2) != 0;

    public void Dispose()
    {
        Pending.Release();
        Frames?.Dispose();
    }
}
