using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>What a QUIC stream turned out to be.</summary>
internal enum QuicStreamUse : byte
{
    /// <summary>Its first bytes have not said yet.</summary>
    Unknown,

    /// <summary>It is in the <see cref="WaitingRoom"/>.</summary>
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

/// <summary>One QUIC stream of a connection. The object that its <see cref="Use"/> names reads and changes it.</summary>
internal sealed class QuicStreamState(long id, bool isLocal) : IDisposable
{
    /// <summary>The first bytes of the peer's while they are too few to tell the use.</summary>
    public PooledBuffer FirstBytes;

    public QpackStreamDecoder Qpack;

    public long Id { get; } = id;

    public bool IsLocal { get; } = isLocal;

    public WebTransportStreamDirection Direction { get; }
        = (id & 2) != 0 ? WebTransportStreamDirection.Unidirectional : WebTransportStreamDirection.Bidirectional;

    public bool IsUnidirectional => Direction == WebTransportStreamDirection.Unidirectional;

    public QuicStreamUse Use { get; set; }

    /// <summary>The session that it belongs to, as its CONNECT stream or as a stream of data.</summary>
    public SessionState? Session { get; set; }

    /// <summary>What it waits for, while its use is <see cref="QuicStreamUse.Waiting"/>.</summary>
    public WaitingStream? Waiting { get; set; }

    /// <summary>The frames of a request or control stream.</summary>
    public Http3FrameDecoder? Frames { get; set; }

    /// <summary>The bytes that WebTransport put before the application's, for what a reset has to deliver.</summary>
    public int SentHeaderSize { get; set; }

    /// <summary>The bytes that the peer put before the application's.</summary>
    public int ReceivedHeaderSize { get; set; }

    /// <summary>The application's bytes that have arrived.</summary>
    public long ReceivedData { get; set; }

    /// <summary>True when the peer has finished or reset its side, or never had one.</summary>
    public bool IsReceiveDone { get; set; } = isLocal && (id & 2) != 0;

    /// <summary>True when this side has finished or reset its own, or never had one.</summary>
    public bool IsSendDone { get; set; } = !isLocal && (id & 2) != 0;

    public bool IsDone => IsReceiveDone && IsSendDone;

    public void Dispose()
    {
        FirstBytes.Release();
        Waiting?.Dispose();
        Frames?.Dispose();
    }
}
