using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;

namespace WireProtocols.Backplane;

/// <summary>
/// One process's part in a backplane. It opens topics, notices when the backplane is lost and when it is back, and tells the other nodes how many
/// members its topics have. It may be used by many threads.
/// </summary>
public sealed class BackplaneNode : IAsyncDisposable
{
    /// <summary>After a loss, the backplane is looked at after this part of the time between two checks.</summary>
    private const int MostFlaps = 8;

    private readonly IBackplane _backplane;
    private readonly BackplaneNodeOptions _options;
    private readonly BackplaneLink _link;
    private readonly ConcurrentDictionary<string, BackplaneTopic> _topics = new(StringComparer.Ordinal);
    private readonly BackplaneAnnouncer _announcer;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly ulong _id = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly Task _running;
    private readonly Lock _lock = new();
    private Task? _closing;
    private long _connectedAt;
    private int _flaps;

    /// <summary>Begins to connect.</summary>
    /// <param name="backplane">The backplane; it is the node's from here on, and disposed of with it.</param>
    /// <param name="options">Bounds and times; <see cref="BackplaneNodeOptions.Default"/> when null.</param>
    public BackplaneNode(IBackplane backplane, BackplaneNodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backplane);
        _backplane = backplane;
        _options = options ?? BackplaneNodeOptions.Default;
        _link = new BackplaneLink(_options);
        _announcer = new BackplaneAnnouncer(_id, backplane, _link, _options);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Is raised when <see cref="State"/> has changed.</summary>
    public event EventHandler? StateChanged;

    /// <summary>Whether the backplane answers.</summary>
    public BackplaneState State => _link.State;

    /// <summary>Since when <see cref="State"/> is what it is.</summary>
    public DateTimeOffset StateSince => _link.Since;

    /// <summary>Why the backplane is lost; null where it is not.</summary>
    public Exception? LossReason => _link.Reason;

    /// <summary>The topics that are open, by name.</summary>
    public IReadOnlyDictionary<string, BackplaneTopic> Topics => _topics;

    /// <summary>Opens a topic. It needs no backplane for that: what comes in while there is none is made up for.</summary>
    /// <param name="topic">Its name, 1 to <see cref="BackplaneTopic.MaxNameLength"/> characters.</param>
    /// <param name="receive">Receives each message, one after the other. What it throws is counted, and the next message comes all the same.</param>
    /// <param name="options">Bounds; <see cref="BackplaneTopicOptions.Default"/> when null.</param>
    /// <returns>The topic; dispose it to close it.</returns>
    /// <exception cref="ArgumentException">The name is empty, too long, or not well-formed.</exception>
    /// <exception cref="InvalidOperationException">The topic is open on this node, or too many are.</exception>
    /// <exception cref="ObjectDisposedException">The node is closed.</exception>
    public BackplaneTopic Open(
        string topic, Func<BackplaneMessage, CancellationToken, ValueTask> receive, BackplaneTopicOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(receive);
        if (topic.Length is 0 or > BackplaneTopic.MaxNameLength || !IsWellFormed(topic))
        {
            throw new ArgumentException($"The name of a topic has 1 to {BackplaneTopic.MaxNameLength} characters, all of them whole.", nameof(topic));
        }

        BackplaneTopic opened
            = new(topic, _backplane, _link, _options, options ?? BackplaneTopicOptions.Default, receive, LeaveAsync, Lose);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing is not null, this);
            if (_topics.Count >= _options.MaxTopics || !_topics.TryAdd(topic, opened))
            {
                throw new InvalidOperationException(
                    _topics.ContainsKey(topic) ? $"'{topic}' is open on this node." : $"{_options.MaxTopics} topics are open on this node.");
            }
        }

        BackplaneMetrics.TopicsChanged(1);
        opened.Start();
        return opened;
    }

    /// <summary>Closes all topics, tells the others that their members are gone, and disposes of the backplane.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closing;
        lock (_lock)
        {
            closing = _closing ??= Task.Run(CloseAsync);
        }

        await closing.ConfigureAwait(false);
    }

    private static bool IsWellFormed(string name) => Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(name)) == name;

    private static int CountMembers(BackplaneTopic topic)
    {
        try
        {
            return topic.LocalPresence;
        }
        catch (Exception)
        {
            // It is the application's, and must not stop what looks after the topics.
            BackplaneMetrics.Failed();
            return 0;
        }
    }

    private void HearNote(ReadOnlySpan<byte> note)
    {
        if (!BackplaneNote.TryDecode(note, out ulong node, out TimeSpan expiry, out bool asks, out IReadOnlyList<(string Topic, int Members)> counts))
        {
            BackplaneMetrics.Failed();
            return;
        }

        if (node == _id)
        {
            return;
        }

        foreach ((string topic, int members) in counts)
        {
            if (_topics.TryGetValue(topic, out BackplaneTopic? open))
            {
                open.NotePresence(node, members, expiry);
            }
        }

        if (asks)
        {
            _announcer.SayAll();
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Hears no more of a topic, and lets its name be opened again: not before, since the news are told by name.</summary>
    private async Task LeaveAsync(BackplaneTopic topic)
    {
        try
        {
            await _link.CallAsync(
                async end =>
                {
                    await _backplane.UnsubscribeAsync(topic.Name, end).ConfigureAwait(false);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (BackplaneException)
        {
            // What comes all the same is for no topic.
        }

        if (_topics.TryRemove(KeyValuePair.Create(topic.Name, topic)))
        {
            BackplaneMetrics.TopicsChanged(-1);
        }
    }

    private void Lose(BackplaneException reason)
    {
        Change(BackplaneState.Lost, reason);
        _wake.Writer.TryWrite(true);
    }

    private void Change(BackplaneState state, Exception? reason)
    {
        if (!_link.Change(state, reason, out BackplaneState before))
        {
            return;
        }

        BackplaneMetrics.ConnectedChanged(state == BackplaneState.Connected ? 1 : before == BackplaneState.Connected ? -1 : 0);
        if (state == BackplaneState.Lost)
        {
            BackplaneMetrics.Lost();
            bool wasShort = _options.TimeProvider.GetElapsedTime(_connectedAt) < 2 * _options.CheckInterval;
            _flaps = before == BackplaneState.Connected && wasShort ? _flaps + 1 : 0;
        }
        else
        {
            _connectedAt = _options.TimeProvider.GetTimestamp();
        }

        foreach (BackplaneTopic topic in _topics.Values)
        {
            topic.StateChanged();
        }

        try
        {
            StateChanged?.Invoke(this, EventArgs.Empty);
        }
        catch (Exception)
        {
            // It is the handler's.
        }
    }

    private void Check(bool isDue)
    {
        foreach (BackplaneTopic topic in _topics.Values)
        {
            topic.Check(isDue);
        }
    }

    /// <summary>Looks after everything until the node is closed.</summary>
    private async Task RunAsync()
    {
        bool hasStarted = false;
        long checkedAt = _options.TimeProvider.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _link.CallAsync(end => ReachAsync(hasStarted, end), _stop.Token).ConfigureAwait(false);
                hasStarted = true;
                Change(BackplaneState.Connected, null);
                bool isDue = _options.TimeProvider.GetElapsedTime(checkedAt) >= _options.TopicCheckInterval;
                checkedAt = isDue ? _options.TimeProvider.GetTimestamp() : checkedAt;
                Check(isDue);
                await _announcer.RunAsync([.. _topics.Values.Select(t => (t.Name, CountMembers(t)))], _stop.Token).ConfigureAwait(false);
            }
            catch (BackplaneException exception)
            {
                Change(BackplaneState.Lost, exception);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            await WaitAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> ReachAsync(bool hasStarted, CancellationToken end)
    {
        if (hasStarted)
        {
            await _backplane.PingAsync(end).ConfigureAwait(false);
        }
        else
        {
            await _backplane.StartAsync(new Ear(this), end).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Waits until it is time to look again, or, where the backplane answers, until there is something to say. A backplane that answers and
    /// then fails is looked at less and less often.</summary>
    private async ValueTask WaitAsync()
    {
        if (State == BackplaneState.Connected)
        {
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(_wake.Reader.WaitToReadAsync(end.Token).AsTask(), Task.Delay(_options.CheckInterval, _options.TimeProvider, end.Token))
                .ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            _wake.Reader.TryRead(out _);
        }

        if (State != BackplaneState.Connected)
        {
            TimeSpan pause = _options.CheckInterval / MostFlaps * Math.Min(1 << Math.Min(_flaps, MostFlaps), 4 * MostFlaps);
            await Task.Delay(pause, _options.TimeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CloseAsync()
    {
        await Task.WhenAll(_topics.Values.Select(t => t.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _announcer.LeaveAsync().ConfigureAwait(false);
        BackplaneMetrics.ConnectedChanged(State == BackplaneState.Connected ? -1 : 0);
        await _backplane.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Ear(BackplaneNode node) : IBackplaneListener
    {
        public void Received(string topic, in BackplaneEntry entry)
        {
            if (node._topics.TryGetValue(topic, out BackplaneTopic? open))
            {
                open.Received(entry);
            }
        }

        public void Announced(ReadOnlySpan<byte> note) => node.HearNote(note);

        public void Interrupted() => node.Check(isDue: true);
    }
}
