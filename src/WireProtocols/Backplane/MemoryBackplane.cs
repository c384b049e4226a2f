using System.Collections.Concurrent;

namespace WireProtocols.Backplane;

/// <summary>
/// A backplane in memory, for nodes of one process: for a server that is one process and may become several, and for tests. What several nodes have
/// in common is their <see cref="MemoryBackplaneLog"/>.
/// </summary>
public sealed class MemoryBackplane : IBackplane
{
    private readonly MemoryBackplaneLog _log;
    private readonly ConcurrentDictionary<string, bool> _topics = new(StringComparer.Ordinal);
    private IBackplaneListener? _listener;

    /// <param name="log">What is in common; null for a log that no other node has.</param>
    public MemoryBackplane(MemoryBackplaneLog? log = null) => _log = log ?? new MemoryBackplaneLog();

    /// <inheritdoc/>
    public int MaxRecordLength => Array.MaxLength;

    /// <inheritdoc/>
    public ValueTask StartAsync(IBackplaneListener listener, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(listener);
        _listener = listener;
        _log.Appended += Hear;
        _log.Announced += HearNote;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask SubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        _topics[topic] = true;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask UnsubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        _topics.TryRemove(topic, out _);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new ValueTask<BackplanePosition>(_log.Append(topic, batch));
    }

    /// <inheritdoc/>
    public ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new ValueTask<BackplanePage>(_log.Read(topic, after, maxEntries));
    }

    /// <inheritdoc/>
    public ValueTask AnnounceAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
    {
        _log.Announce(note);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask PingAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _log.Appended -= Hear;
        _log.Announced -= HearNote;
        return default;
    }

    private void Hear(string topic, BackplaneEntry entry)
    {
        if (_topics.ContainsKey(topic))
        {
            _listener?.Received(topic, entry);
        }
    }

    private void HearNote(ReadOnlyMemory<byte> note) => _listener?.Announced(note.Span);
}
