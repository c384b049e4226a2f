using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

/// <summary>A store over another one that is as slow, or fails, as a test says: as one behind a network does.</summary>
internal sealed class HookedResumeStore(IResumeSessionStore inner) : IResumeSessionStore
{
    /// <summary>Runs before a call of that name is carried out.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Runs after it was, before the caller hears of it.</summary>
    public Func<string, Task> After { get; set; } = _ => Task.CompletedTask;

    public ValueTask<IResumeLease?> CreateAsync(CancellationToken cancellationToken)
        => CallAsync<IResumeLease?>("create", async () => Wrap(await inner.CreateAsync(cancellationToken)), cancellationToken);

    public ValueTask<IResumeLease?> TakeAsync(ResumeSessionId id, CancellationToken cancellationToken)
        => CallAsync<IResumeLease?>("take", async () => Wrap(await inner.TakeAsync(id, cancellationToken)), cancellationToken);

    private async ValueTask<T> CallAsync<T>(string what, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        await Before(what, cancellationToken);
        T result = await call();
        await After(what);
        return result;
    }

    private HookedLease? Wrap(IResumeLease? lease) => lease is null ? null : new HookedLease(this, lease);

    private sealed class HookedLease(HookedResumeStore store, IResumeLease lease) : IResumeLease
    {
        public ResumeSessionId Id => lease.Id;

        public CancellationToken Lost => lease.Lost;

        public ValueTask<(long Received, ResumeGoneReason Gone)> ResumeAsync(long peerReceived, CancellationToken cancellationToken)
            => store.CallAsync("resume", () => lease.ResumeAsync(peerReceived, cancellationToken), cancellationToken);

        public ValueTask<ResumeAcceptance> AcceptAsync(long sequence, CancellationToken cancellationToken)
            => store.CallAsync("accept", () => lease.AcceptAsync(sequence, cancellationToken), cancellationToken);

        public ValueTask<ResumeAppend> AppendAsync(bool isText, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
            => store.CallAsync("append", () => lease.AppendAsync(isText, payload, cancellationToken), cancellationToken);

        public ValueTask<int> ReadAsync(long after, Memory<ResumeMessage> messages, CancellationToken cancellationToken)
            => store.CallAsync("read", () => lease.ReadAsync(after, messages, cancellationToken), cancellationToken);

        public ValueTask<bool> AcknowledgeAsync(long sequence, CancellationToken cancellationToken)
            => store.CallAsync("acknowledge", () => lease.AcknowledgeAsync(sequence, cancellationToken), cancellationToken);

        public ValueTask<int> CountPendingAsync(CancellationToken cancellationToken)
            => store.CallAsync("count", () => lease.CountPendingAsync(cancellationToken), cancellationToken);

        public async ValueTask SetConnectedAsync(bool isConnected, CancellationToken cancellationToken)
            => await store.CallAsync(
                isConnected ? "connected" : "disconnected",
                async () =>
                {
                    await lease.SetConnectedAsync(isConnected, cancellationToken);
                    return true;
                },
                cancellationToken);

        public ValueTask EndAsync() => lease.EndAsync();
    }
}
