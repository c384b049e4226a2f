using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>Streams of QUIC with nothing above them.</summary>
public sealed class RawLink(MsQuicCarrier carrier, QuicLoad load) : QuicLink(carrier, load)
{
    private readonly Lock _gate = new();
    private long _next;

    public override bool TryOpen(out long streamId)
    {
        (streamId, _next) = (_next, _next + 4);
        return true;
    }

    public override int Send(long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        Carrier.SendStream(streamId, data, endStream);
        return data.Length;
    }

    public override void SendDatagram(ReadOnlySpan<byte> datagram) => Carrier.SendDatagram(datagram);

    protected override Task OpenAsync()
    {
        _ = ReadAsync();
        return Task.CompletedTask;
    }

    protected override ValueTask InvokeAsync(Action action)
    {
        lock (_gate)
        {
            action();
        }

        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        while (await Carrier.WaitToReadAsync())
        {
            while (Carrier.TryRead(out QuicEvent item))
            {
                if (item.Kind == QuicEventKind.Stream)
                {
                    lock (_gate)
                    {
                        Load.OnData(this, item.StreamId, item.Data.Length, item.EndStream);
                    }
                }
                else if (item.Kind == QuicEventKind.Datagram)
                {
                    lock (_gate)
                    {
                        Load.OnDatagram(this, item.Data.Span);
                    }
                }
            }
        }
    }
}
