using System.Collections.Concurrent;
using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>A backplane over another one that is as slow, or fails, as a test says.</summary>
internal sealed class HookedBackplane(IBackplane inner) : IBackplane
{
    /// <summary>Runs before a call of that name is carried out.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What has been carried out, in its order.</summary>
    public ConcurrentQueue<string> Done { get; } = new();

    public int MaxRecordLength => inner.MaxRecordLength;

    public async ValueTask StartAsync(IBackplaneListener listener, CancellationToken cancellationToken)
        => await CallAsync("start", () => inner.StartAsync(listener, cancellationToken), cancellationToken);

    public async ValueTask SubscribeAsync(string topic, CancellationToken cancellationToken)
        => await CallAsync("subscribe", () => inner.SubscribeAsync(topic, cancellationToken), cancellationToken);

    public async ValueTask UnsubscribeAsync(string topic, CancellationToken cancellationToken)
        => await CallAsync("unsubscribe", () => inner.UnsubscribeAsync(topic, cancellationToken), cancellationToken);

    public async ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken)
    {
        BackplanePosition position = default;
        await CallAsync("append", async () => position = await inner.AppendAsync(topic, batch, cancellationToken), cancellationToken);
        return position;
    }

    public async ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
    {
        BackplanePage page = default;
        await CallAsync("read", async () => page = await inner.ReadAsync(topic, after, maxEntries, cancellationToken), cancellationToken);
        return page;
    }

    public async ValueTask AnnounceAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
        => await CallAsync("announce", () => inner.AnnounceAsync(note, cancellationToken), cancellationToken);

    public async ValueTask PingAsync(CancellationToken cancellationToken)
        => await CallAsync("ping", () => inner.PingAsync(cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task CallAsync(string what, Func<ValueTask> call, CancellationToken cancellationToken)
    {
        await Before(what, cancellationToken);
        await call();
        Done.Enqueue(what);
    }
}
