namespace WireProtocols.Backplane;

/// <summary>
/// What joins several machines: a log for each topic, and the news of what is appended to it. It has no more to do than that: order, duplicates,
/// catching up and presence are the same for all of them, and stand in <see cref="BackplaneNode"/> and <see cref="BackplaneTopic"/>.
/// What fails throws, whatever the exception is; the node tries again. Methods may be called by several threads, for one topic by one at a time.
/// </summary>
public interface IBackplane : IAsyncDisposable
{
    /// <summary>The most bytes of a record that it takes.</summary>
    int MaxRecordLength { get; }

    /// <summary>Connects, and goes on trying when that is lost. It is called once, before everything else, and again where it has failed.</summary>
    /// <param name="listener">Who is told.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask StartAsync(IBackplaneListener listener, CancellationToken cancellationToken);

    /// <summary>Tells the listener of what is appended to a topic from the end of this call on, over all that happens to the connection. Nothing
    /// where it does so already.</summary>
    ValueTask SubscribeAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Tells the listener no more of a topic.</summary>
    ValueTask UnsubscribeAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Appends records to the log of a topic, and tells all who have subscribed to it. What is there already is left out, so it may be
    /// called again where nobody knows whether it came through.</summary>
    /// <returns>A position that the log has reached with it.</returns>
    ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken);

    /// <summary>Reads from the log of a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="after">What is read comes after this position; <see cref="BackplanePosition.None"/> for from the beginning. A log of the same
    /// epoch that does not reach it begins a new one (<see cref="BackplaneBatch.Known"/>).</param>
    /// <param name="maxEntries">The most entries; 0 asks for the head alone. There may be fewer, and one at least where one is there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken);

    /// <summary>Tells all nodes something that is not kept.</summary>
    ValueTask AnnounceAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken);

    /// <summary>Completes when the backplane answers on every connection that this has to it.</summary>
    ValueTask PingAsync(CancellationToken cancellationToken);
}
