using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Sends one stream of events to many writers. An event is encoded once and gets an ID, so that a client that comes back gets exactly what it
/// missed while that is kept. A slow writer holds up nobody, unless the options say otherwise: it is let go when too much waits for it. It may be
/// used by many threads.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The writer over a buffer has nothing to give back between two events.")]
public sealed partial class EventStreamBroadcaster
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly EventStreamBroadcasterOptions _options;
    private EventStreamReplayBuffer _replay;
    private readonly List<EventStreamSubscription> _subscriptions = [];
    private readonly ArrayBufferWriter<byte> _encoder = new();
    private readonly EventStreamWriter _writer;

    // IDs of another process are unknown here, and not mistaken for ours.
    private readonly string _epoch = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private long _sequence;
    private bool _completed;

    /// <param name="options">The bounds; <see cref="EventStreamBroadcasterOptions.Default"/> when null.</param>
    public EventStreamBroadcaster(EventStreamBroadcasterOptions? options = null)
    {
        _options = options ?? EventStreamBroadcasterOptions.Default;
        _replay = new EventStreamReplayBuffer(_options.MaxReplayEvents, _options.MaxReplayBytes);
        _writer = new EventStreamWriter(_encoder);
    }

    /// <summary>How many writers there are.</summary>
    public int Subscribers
    {
        get
        {
            lock (_lock)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Takes a client in, from the event after its last one on. Nothing is missed or sent twice between the replay and what is
    /// published from now on.</summary>
    /// <param name="lastEventId">The <c>Last-Event-ID</c> that the client came with; null or empty for none.</param>
    /// <returns>The subscription, to be run.</returns>
    public EventStreamSubscription Subscribe(string? lastEventId = null)
    {
        lock (_lock)
        {
            EventStreamReplay replay = _replay.GetMissed(lastEventId, out IReadOnlyList<ReadOnlyMemory<byte>> missed);
            return SubscribeFrom(replay, missed);
        }
    }

    /// <summary>Sends an event under an ID that a log has given it.</summary>
    internal void PublishAs(string id, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type)
    {
        lock (_lock)
        {
            if (!_completed)
            {
                _encoder.ResetWrittenCount();
                EventStreamEncoder.WriteEvent(_encoder, data, type, Encoding.UTF8.GetBytes(id));
                Send(id, null);
            }
        }
    }

    /// <summary>Takes a client in that gets some events first, and then what comes behind one that is kept.</summary>
    /// <returns>Null where that event is not kept.</returns>
    internal EventStreamSubscription? TrySubscribeFrom(string id, IReadOnlyList<ReadOnlyMemory<byte>> first)
    {
        lock (_lock)
        {
            return _replay.GetMissed(id, out IReadOnlyList<ReadOnlyMemory<byte>> missed) == EventStreamReplay.Complete
                ? SubscribeFrom(EventStreamReplay.Complete, [.. first, .. missed])
                : null;
        }
    }

    /// <summary>Takes a client in that gets some events first, and then what is published from now on.</summary>
    internal EventStreamSubscription SubscribeFrom(EventStreamReplay replay, IReadOnlyList<ReadOnlyMemory<byte>> first)
    {
        lock (_lock)
        {
            EventStreamSubscription subscription = new(Remove, replay, first, _options);
            if (_completed)
            {
                subscription.Complete();
            }
            else
            {
                _subscriptions.Add(subscription);
            }

            return subscription;
        }
    }

    /// <summary>Ends every subscription, since there is a gap before what comes from now on, and forgets what was before it.</summary>
    internal void LetAllGo()
    {
        lock (_lock)
        {
            _replay = new EventStreamReplayBuffer(_options.MaxReplayEvents, _options.MaxReplayBytes);
            foreach (EventStreamSubscription subscription in _subscriptions)
            {
                subscription.LetGo(EventStreamSubscriptionEnd.Gone);
            }

            _subscriptions.Clear();
        }
    }

    /// <summary>Ends the broadcast: every writer gets what waits for it, and then its subscription ends.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            foreach (EventStreamSubscription subscription in _subscriptions)
            {
                subscription.Complete();
            }

            _subscriptions.Clear();
        }
    }

    private void Remove(EventStreamSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }

    private async ValueTask WaitForAsync(EventStreamSubscription slow, ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        try
        {
            await slow.EnqueueAsync(encoded, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It would miss this event and get the next one.
            Remove(slow);
            slow.LetGo();
        }
    }

    private string Begin()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The broadcast is completed.");
        }

        _encoder.ResetWrittenCount();
        return string.Create(CultureInfo.InvariantCulture, $"{_epoch}-{_sequence + 1}");
    }

    private string Send(string id)
    {
        if (_options.SlowPolicy == EventStreamSlowPolicy.Wait)
        {
            throw new InvalidOperationException("Where slow writers are waited for, events are published with PublishAsync.");
        }

        Send(id, null);
        return id;
    }

    /// <param name="id">The event's ID.</param>
    /// <param name="full">Takes the writers that have to be waited for; null where nobody is.</param>
    private ReadOnlyMemory<byte> Send(string id, List<EventStreamSubscription>? full)
    {
        EventStreamMetrics.EventPublished();
        _sequence++;
        ReadOnlyMemory<byte> encoded = _encoder.WrittenSpan.ToArray();
        _replay.Add(id, encoded);
        for (int i = _subscriptions.Count - 1; i >= 0; i--)
        {
            EventStreamSubscription subscription = _subscriptions[i];
            if (subscription.TryEnqueue(encoded))
            {
                continue;
            }

            if (full is not null && _options.SlowPolicy == EventStreamSlowPolicy.Wait)
            {
                full.Add(subscription);
                continue;
            }

            _subscriptions.RemoveAt(i);
            subscription.LetGo();
        }

        return encoded;
    }
}
