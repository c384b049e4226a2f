using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using WireProtocols.Backplane;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// A stream of events that several machines have in common. Whoever publishes on one of them reaches the clients of all, in one order, and the ID of
/// an event is its position in the log. So a client may come back to any machine with its last event ID, and goes on behind it: from what the
/// machine has kept, or else from the log. What is published while the backplane is lost waits. It may be used by many threads.
/// </summary>
public sealed class EventStreamTopic : IAsyncDisposable
{
    private const int PageSize = 256;

    private readonly EventStreamBroadcaster _broadcaster;
    private readonly EventStreamBroadcasterOptions _options;
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BackplanePosition _published;

    /// <summary>Opens the topic.</summary>
    /// <param name="node">What joins the machines.</param>
    /// <param name="name">The name of the topic on the backplane.</param>
    /// <param name="options">The bounds for clients; <see cref="EventStreamBroadcasterOptions.Default"/> when null. A writer that would be waited for
    /// is let go.</param>
    /// <param name="topicOptions">The bounds for the backplane; <see cref="BackplaneTopicOptions.Default"/> when null. The policy is always
    /// <see cref="BackplaneLossPolicy.Hold"/>, and the members are counted here.</param>
    /// <exception cref="ArgumentException">The name is none of a topic.</exception>
    /// <exception cref="InvalidOperationException">The topic is open on this node.</exception>
    public EventStreamTopic(
        BackplaneNode node, string name, EventStreamBroadcasterOptions? options = null, BackplaneTopicOptions? topicOptions = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(name);
        _options = options ?? EventStreamBroadcasterOptions.Default;
        _broadcaster = new EventStreamBroadcaster(_options);
        topicOptions = (topicOptions ?? BackplaneTopicOptions.Default).CountedBy(() => _broadcaster.Subscribers);
        Topic = node.Open(name, ReceiveAsync, topicOptions.Holding(_options.MaxReplayEvents, MissedAsync));
    }

    /// <summary>The topic on the backplane.</summary>
    public BackplaneTopic Topic { get; }

    /// <summary>How many clients there are on this machine.</summary>
    public int Subscribers => _broadcaster.Subscribers;

    /// <summary>How many there are on all machines, as far as they have said so lately.</summary>
    public long Presence => Topic.Presence;

    /// <summary>Publishes an event to the clients of all machines.</summary>
    /// <param name="data">The data in UTF-8.</param>
    /// <param name="type">The type in UTF-8; empty for none.</param>
    /// <param name="cancellationToken">Cancels the wait; the event is under way.</param>
    /// <returns>Completes when the event is in the log.</returns>
    /// <exception cref="ArgumentException">Something cannot be written as it is (<see cref="EventStreamEncoder"/>), or is too long.</exception>
    /// <exception cref="BackplaneException">Too much waits for the backplane already.</exception>
    public ValueTask PublishAsync(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> type = default, CancellationToken cancellationToken = default)
    {
        // What cannot be written is refused here, and not on every machine.
        EventStreamEncoder.WriteEvent(new ArrayBufferWriter<byte>(), data.Span, type.Span);
        return Topic.PublishAsync(EventStreamTopicEvent.Encode(data.Span, type.Span), cancellationToken);
    }

    /// <summary>Publishes an event to the clients of all machines.</summary>
    /// <param name="data">The data.</param>
    /// <param name="type">The type; null or empty for none.</param>
    /// <param name="cancellationToken">Cancels the wait; the event is under way.</param>
    /// <returns>Completes when the event is in the log.</returns>
    /// <exception cref="ArgumentException">Something cannot be written as it is (<see cref="EventStreamEncoder"/>), or is too long.</exception>
    /// <exception cref="BackplaneException">Too much waits for the backplane already.</exception>
    public ValueTask PublishAsync(string data, string? type = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return PublishAsync(Encoding.UTF8.GetBytes(data), Encoding.UTF8.GetBytes(type ?? ""), cancellationToken);
    }

    /// <summary>Takes a client in, from the event after its last one on, whichever machine that came from.</summary>
    /// <param name="lastEventId">The <c>Last-Event-ID</c> that the client came with; null or empty for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The subscription, to be run. Where this machine does not know the event itself, it completes when the backplane has answered, and
    /// when this machine is as far as the client.</returns>
    public async ValueTask<EventStreamSubscription> SubscribeAsync(string? lastEventId = null, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(lastEventId) || !BackplanePosition.TryParse(lastEventId, out BackplanePosition last))
        {
            return _broadcaster.Subscribe(lastEventId);
        }

        await Topic.WaitUntilOpenAsync(cancellationToken).ConfigureAwait(false);
        EventStreamMissed missed = new(last);
        while (true)
        {
            if (TrySubscribe(missed, out EventStreamSubscription? subscription))
            {
                return subscription;
            }

            BackplaneHistory page = await ReadAsync(missed.Head, cancellationToken).ConfigureAwait(false);
            if (page.IsGone || page.Head.IsNone || !missed.TryAdd(page, _options))
            {
                return _broadcaster.SubscribeFrom(EventStreamReplay.Gone, []);
            }

            if (page.Messages.Count == 0)
            {
                await WaitForAsync(missed.LastEvent, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends the stream of every client, and closes the topic.</summary>
    public async ValueTask DisposeAsync()
    {
        await Topic.DisposeAsync().ConfigureAwait(false);
        _broadcaster.Complete();
    }

    /// <summary>Up to where this machine's clients have everything. The lock is held.</summary>
    private BackplanePosition Published => _published.IsNone ? Topic.Position : _published;

    /// <summary>Takes the client in where what comes behind <paramref name="missed"/> is at hand.</summary>
    private bool TrySubscribe(EventStreamMissed missed, [NotNullWhen(true)] out EventStreamSubscription? subscription)
    {
        lock (_lock)
        {
            subscription = _broadcaster.TrySubscribeFrom(missed.LastEvent.ToString(), missed.Encoded);
            if (subscription is null && missed.IsRead && Published is var here
                && here.Epoch == missed.Head.Epoch && here.Sequence >= missed.LastEvent.Sequence && here.Sequence <= missed.Head.Sequence)
            {
                // The log has nothing in between.
                subscription = _broadcaster.SubscribeFrom(EventStreamReplay.Complete, missed.Encoded);
            }

            return subscription is not null;
        }
    }

    /// <summary>Reads the log, when the backplane answers.</summary>
    private async ValueTask<BackplaneHistory> ReadAsync(BackplanePosition after, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await Topic.ReadAsync(after, PageSize, cancellationToken).ConfigureAwait(false);
            }
            catch (BackplaneException)
            {
                await Topic.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until this machine's clients have an event, which the one who comes back has.</summary>
    private async ValueTask WaitForAsync(BackplanePosition position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (Published.Epoch == position.Epoch && Published.Sequence >= position.Sequence)
                {
                    return;
                }

                moved = _moved.Task;
            }

            Topic.Check(isDue: true);
            await moved.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask ReceiveAsync(BackplaneMessage message, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            try
            {
                if (EventStreamTopicEvent.TryDecode(message.Payload.Span, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type))
                {
                    _broadcaster.PublishAs(message.Position.ToString(), data, type);
                }
            }
            finally
            {
                Move(message.Position);
            }
        }

        return default;
    }

    /// <summary>The clients that are here miss what is gone. They come back, and are told.</summary>
    private ValueTask MissedAsync(BackplanePosition position)
    {
        lock (_lock)
        {
            _broadcaster.LetAllGo();
            Move(position);
        }

        return default;
    }

    private void Move(BackplanePosition position)
    {
        _published = position;
        _moved.TrySetResult();
        _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
