namespace WireProtocols.WebTransport;

/// <summary>A QUIC connection under a <see cref="WebTransportConnection"/>: both ways, with <see cref="WebTransportPump"/> in between.</summary>
public interface IQuicCarrier : IQuicOutput, IAsyncDisposable
{
    /// <summary>Waits for what the other end does next.</summary>
    /// <returns>False when nothing comes any more.</returns>
    ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads what has come.</summary>
    /// <param name="item">The event; its data is valid until the next call.</param>
    /// <returns>False when there is none.</returns>
    bool TryRead(out QuicEvent item);

    /// <summary>
    /// Waits while more is queued on all streams together than the connection has room for. A stream alone is never waited for: see
    /// <see cref="IQuicOutput.GetRoom"/>.
    /// </summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}
