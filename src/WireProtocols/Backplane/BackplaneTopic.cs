using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.Backplane;

/// <summary>
/// A topic as one node sees it. What any node publishes is received here in the order of the log, and once: nothing that the log retains is left out,
/// whatever happens to the connection, and nothing comes twice. It may be used by many threads.
/// </summary>
public sealed class BackplaneTopic : IAsyncDisposable
{
    /// <summary>The longest name of a topic in UTF-16 characters.</summary>
    public const int MaxNameLength = 256;

    private readonly IBackplane _backplane;
    private readonly BackplaneLink _link;
    private readonly BackplaneTopicOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly Func<BackplaneTopic, Task> _left;
    private readonly Action<BackplaneException> _lost;
    private readonly ulong _publisher;
    private readonly BackplaneOutbox _outbox;
    private readonly BackplaneSender _sender;
    private readonly BackplaneReception _reception;
    private readonly BackplanePresence _presence;
    private readonly Lock _lock = new();

    // Never disposed: it has no timer, and what is under way may look at it.
    private readonly CancellationTokenSource _stop = new();
    private Task _receiving = Task.CompletedTask;
    private Task? _closing;

    internal BackplaneTopic(
        string name,
        IBackplane backplane,
        BackplaneLink link,
        BackplaneNodeOptions nodeOptions,
        BackplaneTopicOptions options,
        Func<BackplaneMessage, CancellationToken, ValueTask> receive,
        Func<BackplaneTopic, Task> left,
        Action<BackplaneException> lost)
    {
        Name = name;
        _backplane = backplane;
        _link = link;
        _options = options;
        _time = nodeOptions.TimeProvider;
        _patience = nodeOptions.Timeout;
        _left = left;
        _lost = lost;
        _publisher = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        _outbox = new BackplaneOutbox(_publisher, options.MaxWaitingMessages, options.MaxWaitingBytes);
        _reception = new BackplaneReception(name, backplane, link, options, receive);
        _sender = new BackplaneSender(name, _publisher, backplane, link, _outbox, _reception.Opened);
        _presence = new BackplanePresence(nodeOptions.TimeProvider);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The most bytes of a message: what the options say, or less where the backplane takes no more.</summary>
    public int MaxMessageLength => Math.Min(_options.MaxMessageLength, _backplane.MaxRecordLength - BackplaneRecord.HeadLength);

    /// <summary>The position of the last message that was received.</summary>
    public BackplanePosition Position => _reception.Position;

    /// <summary>How many members the topic has on all nodes, as far as they have said so lately.</summary>
    public long Presence => LocalPresence + _presence.Count;

    /// <summary>How many members it has on this node.</summary>
    public int LocalPresence => _options.CountMembers?.Invoke() ?? 0;

    /// <summary>How many messages of this node wait for the log.</summary>
    public int Waiting => _outbox.Unlogged;

    /// <summary>Completes when the topic is open: what is published from then on is received. While the backplane is lost, that takes as
    /// long.</summary>
    public Task WaitUntilOpenAsync(CancellationToken cancellationToken = default) => _reception.Opened.WaitAsync(cancellationToken);

    /// <summary>Completes when the backplane answers.</summary>
    public Task WaitUntilConnectedAsync(CancellationToken cancellationToken = default) => _link.WaitAsync(cancellationToken);

    /// <summary>Reads what was published after a position, as long as the log retains it: for a client that comes back to this node.</summary>
    /// <param name="after">The position.</param>
    /// <param name="maxMessages">The most messages; there may be fewer, and one at least where there is one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxMessages"/> is below 1.</exception>
    /// <exception cref="BackplaneException">The backplane is lost.</exception>
    public async ValueTask<BackplaneHistory> ReadAsync(BackplanePosition after, int maxMessages, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        if (!after.IsNone && !(Position is var here && here.Epoch == after.Epoch && after.Sequence <= here.Sequence))
        {
            // A client may say anything, and a log that is asked for what is behind its end takes itself for one that was set back.
            BackplanePosition head = (await CallAsync(BackplanePosition.None, 0, cancellationToken).ConfigureAwait(false)).Head;
            if (head.Epoch == after.Epoch && head.Sequence < after.Sequence)
            {
                return new BackplaneHistory([], head, IsGone: true);
            }
        }

        BackplanePage page = await CallAsync(after, maxMessages, cancellationToken).ConfigureAwait(false);
        List<BackplaneMessage> messages = [];
        foreach (BackplaneEntry entry in page.Entries)
        {
            // What is no record has its place all the same.
            BackplaneRecord.TryDecode(entry.Record, out BackplaneRecord record);
            messages.Add(new BackplaneMessage(entry.Position, record.Payload));
        }

        return new BackplaneHistory(messages, page.Head, page.IsGone);
    }

    /// <summary>Publishes a message to all nodes, this one among them.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="cancellationToken">Cancels the wait; the message is under way.</param>
    /// <returns>Completes when the message is in the log. Where the backplane is lost, that is when it is back, or, with
    /// <see cref="BackplaneLossPolicy.DeliverLocally"/>, at once.</returns>
    /// <exception cref="ArgumentException">The message is longer than <see cref="MaxMessageLength"/>.</exception>
    /// <exception cref="BackplaneException">Too much waits for the log already.</exception>
    /// <exception cref="ObjectDisposedException">The topic is closed.</exception>
    public ValueTask PublishAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        if (payload.Length > MaxMessageLength)
        {
            throw new ArgumentException($"A message may have {MaxMessageLength} bytes; this one has {payload.Length}.", nameof(payload));
        }

        Task logged;
        lock (_lock)
        {
            bool isLocal = DeliversLocally;
            ObjectDisposedException.ThrowIf(_closing is not null, this);
            logged = _outbox.TryAdd(payload.Span, isLocal)
                ?? throw new BackplaneException($"{_outbox.Unlogged} messages to '{Name}' wait for the log already.");
            if (isLocal)
            {
                _reception.Inbox.Add(_outbox.TakeUndelivered());
            }
        }

        Send();
        return new ValueTask(logged.WaitAsync(cancellationToken));
    }

    /// <summary>Closes the topic. What still waits for the log goes there first, where the backplane answers in its time.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closing;
        lock (_lock)
        {
            closing = _closing ??= Task.Run(CloseAsync);
        }

        await closing.ConfigureAwait(false);
    }

    private bool DeliversLocally => _options.LossPolicy == BackplaneLossPolicy.DeliverLocally && _link.State != BackplaneState.Connected;

    /// <summary>Begins to receive.</summary>
    internal void Start() => _receiving = Task.Run(() => _reception.RunAsync(NoteDelivered, _lost, _stop.Token));

    internal void Received(in BackplaneEntry entry) => _reception.Inbox.Add(entry);

    internal void NotePresence(ulong node, int members, TimeSpan expiry) => _presence.Note(node, members, expiry);

    /// <summary>The backplane is lost, or is back.</summary>
    internal void StateChanged()
    {
        if (DeliversLocally)
        {
            lock (_lock)
            {
                _reception.Inbox.Add(_outbox.TakeUndelivered());
            }
        }

        _reception.Inbox.AskToRead();
    }

    /// <summary>Looks whether something was published that was not heard.</summary>
    /// <param name="isDue">Whether the log is asked; else only what this node has published itself is looked for.</param>
    internal void Check(bool isDue)
    {
        BackplanePosition reached = _sender.Reached;
        BackplanePosition received = Position;
        if (isDue || !_reception.Opened.IsCompleted
            || (!reached.IsNone && (reached.Epoch != received.Epoch || reached.Sequence > received.Sequence)))
        {
            _reception.Inbox.AskToRead();
        }
    }

    private void NoteDelivered(ulong publisher, long number)
    {
        if (publisher == _publisher)
        {
            _outbox.NoteDelivered(number);
        }
    }

    private ValueTask<BackplanePage> CallAsync(BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
        => _link.CallAsync(end => _backplane.ReadAsync(Name, after, maxEntries, end), cancellationToken);

    private Task Send() => _sender.Start(() => Position, _lost, _stop.Token);

    private async Task CloseAsync()
    {
        await Send().WaitAsync(_link.State == BackplaneState.Connected ? _patience : TimeSpan.Zero, _time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Send().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _outbox.Fail(new BackplaneException($"The topic '{Name}' was closed before this message was in the log."));
        await _left(this).ConfigureAwait(false);
    }
}
