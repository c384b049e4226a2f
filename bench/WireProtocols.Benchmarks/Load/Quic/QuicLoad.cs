using System.Diagnostics;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>What a client sends, and what it makes of the echo. One thread at a time calls it.</summary>
public abstract class QuicLoad
{
    private readonly List<double> _latencies = [];

    /// <summary>Messages that came back.</summary>
    public long Count { get; private set; }

    /// <summary>Messages that were sent, where some may be lost.</summary>
    public virtual long Sent => Count;

    /// <summary>True once nothing more is to be sent, nor counted.</summary>
    public bool IsStopped { get; private set; }

    public static QuicLoad Create(QuicLoadCell cell) => cell.Kind switch
    {
        QuicLoadKind.Streams => new StreamLoad(cell),
        QuicLoadKind.Messages => new MessageLoad(cell),
        _ => new DatagramLoad(cell),
    };

    /// <summary>Sends as much as is to be on its way, and the link takes; called again where it takes more.</summary>
    public abstract void Fill(IQuicLink link);

    public abstract void OnData(IQuicLink link, long streamId, int count, bool ends);

    public abstract void OnDatagram(IQuicLink link, ReadOnlySpan<byte> datagram);

    /// <summary>Some time has passed: what is lost is sent anew.</summary>
    public virtual void Tick(IQuicLink link)
    {
    }

    public void Stop() => IsStopped = true;

    /// <summary>Microseconds that this share of the echoes took at most.</summary>
    public double Quantile(double share)
    {
        _latencies.Sort();
        return _latencies.Count == 0 ? 0 : _latencies[Math.Min(_latencies.Count - 1, (int)(share * _latencies.Count))];
    }

    protected void CountEcho(long sentAt)
    {
        if (!IsStopped)
        {
            Count++;
            _latencies.Add(Stopwatch.GetElapsedTime(sentAt).TotalMicroseconds);
        }
    }
}

/// <summary>A connection as a <see cref="QuicLoad"/> sees it.</summary>
public interface IQuicLink
{
    /// <summary>Opens a bidirectional stream.</summary>
    /// <returns>False where a limit does not allow it now.</returns>
    bool TryOpen(out long streamId);

    /// <returns>How many bytes were taken; the end only with all of them.</returns>
    int Send(long streamId, ReadOnlySpan<byte> data, bool endStream);

    void SendDatagram(ReadOnlySpan<byte> datagram);
}
