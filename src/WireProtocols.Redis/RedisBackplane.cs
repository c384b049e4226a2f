using System.Collections.Concurrent;
using StackExchange.Redis;
using WireProtocols.Backplane;

namespace WireProtocols.Redis;

/// <summary>
/// A backplane on Redis 6.2 or newer. The log of a topic is a stream; pub/sub tells of what is appended. Both happen in one script, so what pub/sub
/// loses is in the stream, under the position that the next message shows to be missing.
/// </summary>
public sealed class RedisBackplane : IBackplane
{
    private readonly RedisBackplaneOptions _options;
    private readonly ConfigurationOptions? _configuration;
    private readonly ConcurrentDictionary<string, ChannelMessageQueue> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RedisTopicKeys> _keys = new(StringComparer.Ordinal);
    private readonly RedisChannel _notes;
    private Task<ConnectionMultiplexer>? _connecting;
    private IConnectionMultiplexer? _connection;
    private IBackplaneListener? _listener;
    private bool _hearsNotes;

    /// <param name="configuration">The servers, as <see cref="ConfigurationOptions.Parse(string)"/> takes them (<c>localhost:6379</c>), or a URI with
    /// the scheme <c>redis</c>, or <c>rediss</c> for TLS: <c>redis://user:password@host:6379/0</c>.</param>
    /// <param name="options">What is kept, and where; <see cref="RedisBackplaneOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The configuration is of no use.</exception>
    public RedisBackplane(string configuration, RedisBackplaneOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = RedisUri.Parse(configuration);

        // The node goes on trying, sees by itself what has failed, and knows what may be said twice.
        _configuration.AbortOnConnectFail = false;
        _configuration.BacklogPolicy = BacklogPolicy.FailFast;
    }

    /// <param name="connection">A connection that the application has; it stays the application's. Its configuration should have
    /// <see cref="BacklogPolicy.FailFast"/>.</param>
    /// <param name="options">What is kept, and where; <see cref="RedisBackplaneOptions.Default"/> when null.</param>
    public RedisBackplane(IConnectionMultiplexer connection, RedisBackplaneOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
    }

    private RedisBackplane(RedisBackplaneOptions? options)
    {
        _options = options ?? RedisBackplaneOptions.Default;
        _notes = RedisChannel.Literal(_options.Prefix + "notes");
    }

    /// <inheritdoc/>
    public int MaxRecordLength => 64 * 1024 * 1024;

    /// <inheritdoc/>
    public async ValueTask StartAsync(IBackplaneListener listener, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(listener);
        if (_listener is null)
        {
            _connection ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
            _listener = listener;
            _connection.ConnectionRestored += HearOfConnection;
        }

        if (!_hearsNotes)
        {
            ChannelMessageQueue queue = await SubscribeAsync(_notes, cancellationToken).ConfigureAwait(false);
            queue.OnMessage(message => listener.Announced(((ReadOnlyMemory<byte>)message.Message).Span));
            _hearsNotes = true;
        }

        await PingAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (_queues.ContainsKey(topic))
        {
            return;
        }

        ChannelMessageQueue queue = await SubscribeAsync(KeysOf(topic).Channel, cancellationToken).ConfigureAwait(false);
        IBackplaneListener listener = _listener!;
        queue.OnMessage(message =>
        {
            if (RedisTopicKeys.TryParse(message.Message, out BackplaneEntry entry))
            {
                listener.Received(topic, entry);
            }
        });
        _queues[topic] = queue;
    }

    /// <inheritdoc/>
    public async ValueTask UnsubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        _keys.TryRemove(topic, out _);
        if (_queues.TryRemove(topic, out ChannelMessageQueue? queue))
        {
            await queue.UnsubscribeAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return await RedisScripts.AppendAsync(Database, KeysOf(topic), batch, _options).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return await RedisScripts.ReadAsync(Database, KeysOf(topic), after, maxEntries, _options).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AnnounceAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
        => await Database.PublishAsync(_notes, note).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        await Database.PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await Connection.GetSubscriber().PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves everything, and closes the connection where it is this one's.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not { } connection)
        {
            // It is being made, or was when nobody waited for it any more.
            _ = _connecting?.ContinueWith(
                static made => made.Result.DisposeAsync().AsTask(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            return;
        }

        connection.ConnectionRestored -= HearOfConnection;
        if (_configuration is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            return;
        }

        foreach (string topic in _queues.Keys)
        {
            await UnsubscribeAsync(topic, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Connects once: whoever has given up and comes again waits for the same connection.</summary>
    private Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _connecting = ConnectionMultiplexer.ConnectAsync(_configuration!);
        }

        return _connecting.WaitAsync(cancellationToken);
    }

    private async Task<ChannelMessageQueue> SubscribeAsync(RedisChannel channel, CancellationToken cancellationToken)
    {
        Task<ChannelMessageQueue> subscribing = Connection.GetSubscriber().SubscribeAsync(channel);
        try
        {
            return await subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody would take anything out of a queue that comes later.
            _ = subscribing.ContinueWith(
                static late => late.Result.UnsubscribeAsync(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    private IConnectionMultiplexer Connection => _connection ?? throw new InvalidOperationException("The backplane has not been started.");

    private IDatabase Database => Connection.GetDatabase(_options.Database ?? -1);

    private RedisTopicKeys KeysOf(string topic) => _keys.GetOrAdd(topic, static (name, prefix) => new RedisTopicKeys(prefix, name), _options.Prefix);

    private void HearOfConnection(object? sender, ConnectionFailedEventArgs what) => _listener?.Interrupted();
}
