using WireProtocols.Cli.Serve.Watch;
using WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>`wire serve` stops whatever its clients do.</summary>
public sealed class WebTransportHostTests
{
    [Fact]
    public async Task A_client_that_does_not_read_does_not_keep_the_server_from_stopping()
    {
        (IQuicCarrier client, IQuicCarrier server) = QuicCarrier.CreatePair();
        await using (client)
        await using (server)
        {
            using CancellationTokenSource stop = new();
            Task running = WebTransportHost.RunAsync(new FullCarrier(server), new WireTaps(TimeProvider.System), TextWriter.Null, stop.Token);
            Assert.False(running.IsCompleted);
            await stop.CancelAsync();
            await running.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>A carrier that never has room.</summary>
    private sealed class FullCarrier(IQuicCarrier inner) : IQuicCarrier
    {
        public int MaxDatagramSize => inner.MaxDatagramSize;

        public bool SupportsReliableReset => inner.SupportsReliableReset;

        public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => inner.WaitToReadAsync(cancellationToken);

        public bool TryRead(out QuicEvent item) => inner.TryRead(out item);

        public ValueTask FlushAsync(CancellationToken cancellationToken = default) => new(Task.Delay(Timeout.Infinite, cancellationToken));

        public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream) => inner.SendStream(streamId, data, endStream);

        public void SendDatagram(ReadOnlySpan<byte> datagram) => inner.SendDatagram(datagram);

        public void ResetStream(long streamId, long errorCode, long reliableSize) => inner.ResetStream(streamId, errorCode, reliableSize);

        public void StopSending(long streamId, long errorCode) => inner.StopSending(streamId, errorCode);

        public void Close(long errorCode, string reason) => inner.Close(errorCode, reason);

        public ValueTask DisposeAsync() => default;
    }
}
