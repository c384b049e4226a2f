using System.Globalization;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>
/// One round of a broadcast. What is done is done on one thread in the order of the tape; the workers of the members run on the thread pool, so a
/// tape does not repeat their order, and what is demanded holds in any.
/// </summary>
internal sealed class BroadcastRound
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string[] Topics = ["a", "b"];

    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly BroadcastMember[] _members;
    private readonly WebSocketBroadcasterOptions _options;
    private readonly WebSocketBroadcaster _broadcaster;
    private readonly List<Task> _pending = [];
    private readonly List<CancellationTokenSource> _cancels = [];
    private int _published;
    private long _publishedBytes;
    private TimeSpan _advanced;

    public BroadcastRound(Random random)
    {
        _random = random;
        _members = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new BroadcastMember(random, _time))];
        _options = new WebSocketBroadcasterOptions
        {
            MaxWaitingBytes = random.Next(2) == 0 ? random.Next(1, 400) : 1 << 20,
            SlowPolicy = (WebSocketSlowPolicy)random.Next(4),
            Patience = TimeSpan.FromSeconds(random.Next(1, 4)),
            TimeProvider = _time,
        };
        _broadcaster = new WebSocketBroadcaster(_options);
    }

    public async Task PlayAsync()
    {
        int steps = _random.Next(6, 50);
        for (int step = 0; step < steps; step++)
        {
            Step(_members[_random.Next(_members.Length)]);
            if (_random.Next(6) == 0)
            {
                await Task.Yield();
            }
        }

        await EndAsync();
    }

    private void Step(BroadcastMember member)
    {
        switch (_random.Next(20))
        {
            case < 4:
                member.Subscription ??= _broadcaster.Subscribe(member.Connection);
                break;
            case < 6:
                Join(member);
                break;
            case < 12:
                Publish(member);
                break;
            case < 16:
                member.Read();
                break;
            case 16:
                Advance(TimeSpan.FromMilliseconds(_random.Next(1, 1500)));
                break;
            case 17 when _random.Next(3) == 0:
                Leave(member);
                break;
            case 18 when _random.Next(6) == 0:
                Trouble(member);
                break;
            case 19 when _cancels.Count > 0:
                _cancels[_random.Next(_cancels.Count)].Cancel();
                break;
        }
    }

    private void Join(BroadcastMember member)
    {
        string topic = Topics[_random.Next(Topics.Length)];
        if (member.Subscription is not { } subscription)
        {
            return;
        }

        if (member.Topics.Add(topic))
        {
            _broadcaster.Join(subscription, topic);
        }
        else
        {
            member.Topics.Remove(topic);
            _broadcaster.Leave(subscription, topic);
        }
    }

    private void Publish(BroadcastMember member)
    {
        string? topic = _random.Next(3) == 0 ? Topics[_random.Next(Topics.Length)] : null;
        WebSocketSubscription? except = _random.Next(4) == 0 ? member.Subscription : null;
        byte[] text = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{_published}:{new string('z', _random.Next(0, 90))}."));
        foreach (BroadcastMember listener in _members)
        {
            if (listener.Subscription is { } subscription && subscription != except && (topic is null || listener.Topics.Contains(topic)))
            {
                listener.Expected.Add(_published);
            }
        }

        _published++;
        _publishedBytes += text.Length + 64;
        CancellationTokenSource cancel = new();
        _cancels.Add(cancel);
        WebSocketPreparedMessage message = new(_random.Next(2) == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Binary, text);
        _pending.Add(WatchAsync(_broadcaster.PublishAsync(message, topic, except, cancel.Token)));
    }

    private void Leave(BroadcastMember member)
    {
        if (member.Subscription is { } subscription)
        {
            member.IsTroubled = true;
            member.Subscription = null;
            member.Topics.Clear();
            _pending.Add(WatchAsync(subscription.DisposeAsync()));
        }
    }

    private void Trouble(BroadcastMember member)
    {
        member.IsTroubled = true;
        switch (_random.Next(3))
        {
            case 0:
                member.Lose();
                break;
            case 1:
                member.Connection.Abort();
                break;
            default:
                _pending.Add(WatchAsync(member.Connection.CloseAsync()));
                break;
        }
    }

    private void Advance(TimeSpan time)
    {
        _advanced += time;
        _time.Advance(time);
    }

    /// <summary>Whether nobody may have been let go for being slow.</summary>
    private bool IsPatient
        => _options.SlowPolicy switch
        {
            WebSocketSlowPolicy.Wait => _advanced < _options.Patience || _publishedBytes <= _options.MaxWaitingBytes,
            WebSocketSlowPolicy.Disconnect => _publishedBytes <= _options.MaxWaitingBytes,
            _ => true,
        };

    /// <summary>Who reads gets what is due; then everything ends.</summary>
    private async Task EndAsync()
    {
        await PumpAsync(() => _members.All(HasAll), advances: false, "what is due does not arrive");
        foreach (BroadcastMember member in _members)
        {
            Leave(member);
            member.EndPeer();
            _pending.Add(WatchAsync(member.Connection.DisposeAsync()));
        }

        Task all = Task.WhenAll(_pending);
        await PumpAsync(() => all.IsCompleted, advances: true, "something does not end");
        await all;
        Schedule.Require(_broadcaster.Subscribers == 0, $"{_broadcaster.Subscribers} members are left");
        foreach (IDisposable done in _cancels.Concat<IDisposable>(_members))
        {
            done.Dispose();
        }
    }

    private bool HasAll(BroadcastMember member)
    {
        if (member.IsTroubled || !IsPatient || member.Expected.Count == 0)
        {
            return true;
        }

        return _options.SlowPolicy is WebSocketSlowPolicy.Wait or WebSocketSlowPolicy.Disconnect
            ? member.Seen.Count == member.Expected.Count
            : member.Seen.Count > 0 && member.Seen[^1] == member.Expected[^1];
    }

    private async Task PumpAsync(Func<bool> isOver, bool advances, string what)
    {
        long started = Environment.TickCount64;
        for (int round = 0; !isOver(); round++)
        {
            foreach (BroadcastMember member in _members)
            {
                member.Read();
            }

            await Task.Yield();
            if (advances && round > 8)
            {
                Advance(TimeSpan.FromMilliseconds(400));
            }

            Schedule.Require(Environment.TickCount64 - started < Limit.TotalMilliseconds, $"It hangs: {what}.");
        }
    }

    private static async Task WatchAsync(ValueTask task)
    {
        try
        {
            await task;
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketClosedException)
        {
            // Cancelled, or the end.
        }
    }
}
