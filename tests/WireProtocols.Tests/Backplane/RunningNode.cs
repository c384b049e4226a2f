using System.Buffers.Binary;
using System.Collections.Concurrent;
using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>A node with one topic, whose messages are numbers, and what it has received.</summary>
public sealed class RunningNode : IAsyncDisposable
{
    public const string TopicName = "numbers";

    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<(BackplanePosition Position, int Number)> _received = new();
    private readonly ConcurrentQueue<BackplanePosition> _missed = new();
    private readonly Lock _lock = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiting = [];

    public RunningNode(IBackplane backplane, BackplaneTopicOptions? options = null, BackplaneNodeOptions? nodeOptions = null)
    {
        options ??= new BackplaneTopicOptions();
        Node = new BackplaneNode(backplane, nodeOptions ?? Quick);
        Node.StateChanged += (_, _) => Look();
        Topic = Node.Open(
            TopicName,
            (message, _) =>
            {
                _received.Enqueue((message.Position, BinaryPrimitives.ReadInt32BigEndian(message.Payload.Span)));
                Look();
                return default;
            },
            new BackplaneTopicOptions
            {
                LossPolicy = options.LossPolicy,
                MaxMessageLength = options.MaxMessageLength,
                MaxWaitingMessages = options.MaxWaitingMessages,
                MaxWaitingBytes = options.MaxWaitingBytes,
                MaxUnreadEntries = options.MaxUnreadEntries,
                Replay = options.Replay,
                CountMembers = options.CountMembers,
                Missed = position =>
                {
                    _missed.Enqueue(position);
                    Look();
                    return default;
                },
            });
    }

    public static BackplaneNodeOptions Quick { get; } = new()
    {
        CheckInterval = TimeSpan.FromMilliseconds(20),
        TopicCheckInterval = TimeSpan.FromMilliseconds(60),
        PresenceInterval = TimeSpan.FromMilliseconds(50),
    };

    public BackplaneNode Node { get; }

    public BackplaneTopic Topic { get; }

    public int[] Numbers => [.. _received.Select(r => r.Number)];

    public BackplanePosition[] Positions => [.. _received.Select(r => r.Position)];

    public BackplanePosition[] Missed => [.. _missed];

    public async Task<RunningNode> OpenedAsync()
    {
        await Topic.WaitUntilOpenAsync().WaitAsync(Patience);
        return this;
    }

    public ValueTask PublishAsync(int number)
    {
        byte[] payload = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        return Topic.PublishAsync(payload);
    }

    /// <summary>Waits until as many messages have come.</summary>
    public Task CameAsync(int count) => WaitAsync(() => _received.Count >= count);

    public Task StateAsync(BackplaneState state) => WaitAsync(() => Node.State == state);

    public async Task WaitAsync(Func<bool> condition)
    {
        TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((condition, met));
        }

        Look();
        try
        {
            await met.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"It did not come to pass: {_received.Count} messages, {Node.State}, {Topic.Waiting} wait, {Node.LossReason?.Message}");
        }
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    private void Look()
    {
        lock (_lock)
        {
            foreach ((_, TaskCompletionSource met) in _waiting.Where(w => w.Condition()))
            {
                met.TrySetResult();
            }

            _waiting.RemoveAll(w => w.Met.Task.IsCompleted);
        }
    }
}
