using System.Collections.Concurrent;
using NATS.Client.Core;
using NATS.Client.JetStream;
using WireProtocols.Backplane;

namespace WireProtocols.Nats;

/// <summary>
/// A backplane on NATS 2.9 or newer with JetStream. One stream holds the messages of all topics, and republishes each with its sequence number and
/// that of the one before it in its topic: so nodes hear of it as of any message of NATS, and know when they have missed one.
/// </summary>
public sealed class NatsBackplane : IBackplane
{
    /// <summary>What a server takes where it has not said otherwise, and room for the fields of a head.</summary>
    private const int DefaultMaxPayload = 1024 * 1024;
    private const int HeadRoom = 1024;

    private readonly NatsConnection _connection;
    private readonly bool _isOwn;
    private readonly NatsSubjects _subjects;
    private readonly NatsLog _log;
    private readonly ConcurrentDictionary<string, INatsSub<byte[]>> _subscriptions = new(StringComparer.Ordinal);
    private IBackplaneListener? _listener;
    private INatsSub<byte[]>? _notes;

    /// <param name="url">The servers: <c>nats://user:password@host:4222</c>, several with commas between them.</param>
    /// <param name="options">What is kept, and where; <see cref="NatsBackplaneOptions.Default"/> when null.</param>
    public NatsBackplane(string url, NatsBackplaneOptions? options = null)
        : this(Connect(url), options)
        => _isOwn = true;

    /// <param name="connection">A connection that the application has; it stays the application's.</param>
    /// <param name="options">What is kept, and where; <see cref="NatsBackplaneOptions.Default"/> when null.</param>
    public NatsBackplane(NatsConnection connection, NatsBackplaneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        options ??= NatsBackplaneOptions.Default;
        _connection = connection;
        _subjects = new NatsSubjects(options.Prefix);
        _log = new NatsLog(new NatsJSContext(connection), _subjects, options);
    }

    /// <inheritdoc/>
    public int MaxRecordLength => (_connection.ServerInfo?.MaxPayload is { } most and > 2 * HeadRoom ? most : DefaultMaxPayload) - HeadRoom;

    /// <inheritdoc/>
    public async ValueTask StartAsync(IBackplaneListener listener, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(listener);
        await _connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_listener is null)
        {
            _listener = listener;
            _connection.ConnectionOpened += HearOfConnection;
            _connection.MessageDropped += HearOfDrop;
        }

        if (_notes is null)
        {
            _notes = await _connection.SubscribeCoreAsync<byte[]>(_subjects.Notes, cancellationToken: cancellationToken).ConfigureAwait(false);
            _ = ListenAsync(_notes, message => listener.Announced(message.Data));
        }

        await PingAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (_subscriptions.ContainsKey(topic))
        {
            return;
        }

        INatsSub<byte[]> subscription
            = await _connection.SubscribeCoreAsync<byte[]>(_subjects.NewsOf(topic), cancellationToken: cancellationToken).ConfigureAwait(false);
        _subscriptions[topic] = subscription;
        IBackplaneListener listener = _listener!;
        _ = ListenAsync(subscription, message => Hear(listener, topic, message));

        // The server has it when it has answered.
        await _connection.PingAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask UnsubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (_subscriptions.TryRemove(topic, out INatsSub<byte[]>? subscription))
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ThrowIfDown();
        return _log.AppendAsync(topic, batch, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ThrowIfDown();
        return _log.ReadAsync(topic, after, maxEntries, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask AnnounceAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return _connection.PublishAsync(_subjects.Notes, note, cancellationToken: cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        ThrowIfDown();
        await _log.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves everything, and closes the connection where it is this one's.</summary>
    public async ValueTask DisposeAsync()
    {
        _connection.ConnectionOpened -= HearOfConnection;
        _connection.MessageDropped -= HearOfDrop;
        foreach (string topic in _subscriptions.Keys)
        {
            await UnsubscribeAsync(topic, CancellationToken.None).ConfigureAwait(false);
        }

        if (_notes is { } notes)
        {
            await notes.DisposeAsync().ConfigureAwait(false);
        }

        if (_isOwn)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static NatsConnection Connect(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return new NatsConnection(new NatsOpts
        {
            Url = url,
            Name = "wire backplane",
            MaxReconnectRetry = -1,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
            ReconnectWaitMax = TimeSpan.FromSeconds(1),
        });
    }

    private static async Task ListenAsync(INatsSub<byte[]> subscription, Action<NatsMsg<byte[]>> hear)
    {
        await foreach (NatsMsg<byte[]> message in subscription.Msgs.ReadAllAsync().ConfigureAwait(false))
        {
            hear(message);
        }
    }

    private void Hear(IBackplaneListener listener, string topic, NatsMsg<byte[]> message)
    {
        long sequence = NatsLog.NumberOf(message.Headers, "Nats-Sequence");
        long previous = NatsLog.NumberOf(message.Headers, "Nats-Last-Sequence");
        ulong epoch = _log.Epoch;
        if (sequence > 0 && message.Data is { } record)
        {
            listener.Received(topic, new BackplaneEntry(new BackplanePosition(epoch, sequence), new BackplanePosition(epoch, previous), record));
        }
    }

    /// <summary>A command would wait until there is a connection again.</summary>
    private void ThrowIfDown()
    {
        if (_connection.ConnectionState != NatsConnectionState.Open)
        {
            throw new IOException("There is no connection to NATS.");
        }
    }

    private ValueTask HearOfConnection(object? sender, NatsEventArgs what)
    {
        _listener?.Interrupted();
        return default;
    }

    private ValueTask HearOfDrop(object? sender, NatsMessageDroppedEventArgs what)
    {
        _listener?.Interrupted();
        return default;
    }
}
