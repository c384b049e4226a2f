using System.Threading.Channels;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>What one side sends, the other reads.</summary>
public sealed class MemoryCarrier : IQuicCarrier
{
    private readonly Channel<QuicEvent> _input = Channel.CreateUnbounded<QuicEvent>();
    private MemoryCarrier? _other;

    public int MaxDatagramSize => 1200;

    public bool SupportsReliableReset => true;

    public static (MemoryCarrier First, MemoryCarrier Second) CreatePair()
    {
        MemoryCarrier first = new();
        MemoryCarrier second = new() { _other = first };
        first._other = second;
        return (first, second);
    }

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _input.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead(out QuicEvent item) => _input.Reader.TryRead(out item);

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => default;

    public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
        => Tell(new QuicEvent { Kind = QuicEventKind.Stream, StreamId = streamId, Data = data.ToArray(), EndStream = endStream });

    public void SendDatagram(ReadOnlySpan<byte> datagram) => Tell(new QuicEvent { Kind = QuicEventKind.Datagram, Data = datagram.ToArray() });

    public void ResetStream(long streamId, long errorCode, long reliableSize)
        => Tell(new QuicEvent { Kind = QuicEventKind.Reset, StreamId = streamId, ErrorCode = errorCode });

    public void StopSending(long streamId, long errorCode) => Tell(new QuicEvent { Kind = QuicEventKind.StopSending, StreamId = streamId, ErrorCode = errorCode });

    public void Close(long errorCode, string reason) => Tell(new QuicEvent { Kind = QuicEventKind.Close, ErrorCode = errorCode, Reason = reason });

    public ValueTask DisposeAsync()
    {
        _other!._input.Writer.TryComplete();
        return default;
    }

    private void Tell(QuicEvent item) => _other!._input.Writer.TryWrite(item);
}
