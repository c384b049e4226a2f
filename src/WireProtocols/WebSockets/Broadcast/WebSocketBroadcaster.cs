namespace WireProtocols.WebSockets;

/// <summary>
/// Sends messages to many connections, in one order for all. A message is encoded once for each form that was agreed on, and each connection goes
/// at its own pace: what has come in while it was busy goes out in one write. What happens to one for which too much waits is for
/// <see cref="WebSocketBroadcasterOptions.SlowPolicy"/> to say. It may be used by many threads.
/// </summary>
public sealed class WebSocketBroadcaster
{
    private readonly WebSocketBroadcasterOptions _options;
    private readonly Lock _lock = new();
    private readonly WebSocketTopics _topics = new();

    /// <param name="options">The bounds; <see cref="WebSocketBroadcasterOptions.Default"/> when null.</param>
    public WebSocketBroadcaster(WebSocketBroadcasterOptions? options = null) => _options = options ?? WebSocketBroadcasterOptions.Default;

    /// <summary>How many connections there are.</summary>
    public int Subscribers
    {
        get
        {
            lock (_lock)
            {
                return _topics.Count;
            }
        }
    }

    /// <summary>How many connections have joined a topic.</summary>
    public int SubscribersOf(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        lock (_lock)
        {
            return _topics.Listeners(topic).Count;
        }
    }

    /// <summary>Takes a connection in, for everything that is published from now on. Its receiver and other senders go on as they are.</summary>
    /// <param name="connection">The connection; it stays the caller's.</param>
    /// <returns>The subscription; dispose it to leave.</returns>
    public WebSocketSubscription Subscribe(WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        WebSocketSubscription subscription = new(_options, connection, Remove);
        lock (_lock)
        {
            _topics.Add(subscription);
        }

        return subscription;
    }

    /// <summary>Lets a subscription hear what is published to a topic.</summary>
    public void Join(WebSocketSubscription subscription, string topic)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(topic);
        lock (_lock)
        {
            _topics.Join(subscription, topic);
        }
    }

    /// <summary>Lets a subscription hear no more of a topic.</summary>
    public void Leave(WebSocketSubscription subscription, string topic)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(topic);
        lock (_lock)
        {
            _topics.Leave(subscription, topic);
        }
    }

    /// <summary>Sends a message to every connection.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the wait for slow connections; the message is under way to all.</param>
    /// <returns>Complete at once, unless there are slow connections and <see cref="WebSocketBroadcasterOptions.Patience"/> for them.</returns>
    public ValueTask PublishAsync(WebSocketPreparedMessage message, CancellationToken cancellationToken = default)
        => PublishAsync(message, topic: null, except: null, cancellationToken);

    /// <summary>Sends a message to those who have joined a topic, or to all but one.</summary>
    /// <param name="message">The message.</param>
    /// <param name="topic">The topic; null for every connection, whatever it has joined.</param>
    /// <param name="except">Who does not get it, the one who said it for instance; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the wait for slow connections; the message is under way to all.</param>
    /// <returns>Complete at once, unless there are slow connections and <see cref="WebSocketBroadcasterOptions.Patience"/> for them.</returns>
    public ValueTask PublishAsync(
        WebSocketPreparedMessage message, string? topic, WebSocketSubscription? except = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        List<(WebSocketSubscription Subscription, Task Room)>? slow = null;
        lock (_lock)
        {
            foreach (WebSocketSubscription subscription in _topics.Listeners(topic))
            {
                if (subscription != except && subscription.Enqueue(message) is { } room)
                {
                    (slow ??= []).Add((subscription, room));
                }
            }
        }

        // Their time goes on whether somebody waits for it or not: else those who do not would fill the memory.
        return slow is null ? default : new ValueTask(WaitAsync(slow).WaitAsync(cancellationToken));
    }

    private void Remove(WebSocketSubscription subscription)
    {
        lock (_lock)
        {
            _topics.Remove(subscription);
        }
    }

    /// <summary>Each has the same time.</summary>
    private async Task WaitAsync(List<(WebSocketSubscription Subscription, Task Room)> slow)
    {
        if (_options.SlowPolicy == WebSocketSlowPolicy.Wait)
        {
            try
            {
                await Task.WhenAll(slow.Select(s => s.Room)).WaitAsync(_options.Patience, _options.TimeProvider).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                // Those that have had no room since are let go.
            }
        }

        foreach ((WebSocketSubscription subscription, Task room) in slow)
        {
            subscription.LetGo(room);
        }
    }
}
