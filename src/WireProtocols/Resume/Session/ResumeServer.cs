using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace WireProtocols.Resume;

/// <summary>
/// The server's side of sessions that outlive their connections (wire-resume §3): a handler runs once for each session that this node has, whatever
/// connections come and go. Where several nodes share a store, a client may come back to any of them: its session, with all numbers and all messages
/// that it has not acknowledged, moves there, and the handler of the node that had it before ends.
/// </summary>
public sealed class ResumeServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ResumeSessionId, ResumeTenure> _tenures = new();
    private readonly Func<ResumeServerSession, CancellationToken, Task> _handler;
    private readonly ResumeServerOptions _options;
    private readonly IResumeSessionStore _store;
    private readonly ResumeMemoryStore? _ownStore;
    private readonly CancellationTokenSource _disposed = new();
    private ResumeLinkEnd? _drain;

    /// <param name="handler">Runs once for each session; its token is cancelled when the session is over, expired, or on another node. When it
    /// returns, the client gets what was sent, and END.</param>
    /// <param name="store">Where sessions live; null for this server's own memory.</param>
    /// <param name="options">How to treat connections; <see cref="ResumeServerOptions.Default"/> when null.</param>
    public ResumeServer(
        Func<ResumeServerSession, CancellationToken, Task> handler, IResumeSessionStore? store = null, ResumeServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;
        _options = options ?? ResumeServerOptions.Default;
        _store = store ?? (_ownStore = new ResumeMemoryStore(
            new ResumeMemoryStoreOptions { Keep = _options.Keep, TimeProvider = _options.TimeProvider }));
    }

    /// <summary>How many sessions this node has, with a connection or without.</summary>
    public int Sessions => _tenures.Count;

    /// <summary>Whether the server goes away (<see cref="DrainAsync"/>).</summary>
    public bool IsDraining => Volatile.Read(ref _drain) is not null;

    /// <summary>Runs one connection, from HELLO to its end, and closes it. Nothing that a client does makes it throw; what a store throws while a
    /// session is opened comes through.</summary>
    /// <param name="connection">The connection; it is disposed.</param>
    /// <param name="cancellationToken">Ends the connection as <see cref="DrainAsync"/> does; the session stays.</param>
    public async Task RunAsync(IResumeConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using ConfiguredAsyncDisposable end = connection.ConfigureAwait(false);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        ResumeCloseReason close;
        try
        {
            close = await ServeAsync(connection, stop.Token).ConfigureAwait(false);
        }
        catch (WireProtocolException exception)
        {
            close = exception.IsUnexpectedEnd ? ResumeCloseReason.GoingAway : ResumeCloseReason.Violation;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            connection.Abort();
            return;
        }
        catch
        {
            // The store has failed, and the client must not take that for a good end.
            await connection.CloseAsync(ResumeCloseReason.Failed).ConfigureAwait(false);
            throw;
        }

        await connection.CloseAsync(close).ConfigureAwait(false);
    }

    /// <summary>Takes what a client sends beside the connection that its session has: a POST (wire-resume §5).</summary>
    /// <param name="frames">The frames of its body.</param>
    /// <param name="cancellationToken">Ends the wait until the application has taken the messages.</param>
    /// <returns>What to answer.</returns>
    /// <exception cref="ResumeProtocolException">The frames break a rule.</exception>
    public async Task<ResumePostAnswer> PostAsync(IReadOnlyList<OwnedResumeFrame> frames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0 || frames[0].Type != ResumeFrameType.Hello)
        {
            throw new ResumeProtocolException(ResumeProtocolError.FrameUnexpected);
        }

        if (Volatile.Read(ref _drain) is { } drain)
        {
            return ResumePostAnswer.Of(ResumeFrames.Retry(drain.Delay, drain.Window).ToOwned());
        }

        if (frames[0].Session.IsEmpty || await FindAsync(frames[0].Session, cancellationToken).ConfigureAwait(false) is not { } tenure)
        {
            return ResumePostAnswer.Of(ResumeFrames.Gone(ResumeGoneReason.Session).ToOwned());
        }

        using CancellationTokenSource patience = new(_options.HelloTimeout, _options.TimeProvider);
        return ResumePostAnswer.Of(
            await ResumePosting.HandInAsync(tenure, frames, _options.Keep, patience.Token, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Goes away: asks every client to come back, after <paramref name="delay"/> and spread over <paramref name="window"/>, closes its connection and
    /// takes no other; where the store is shared, they find their sessions at another node.
    /// </summary>
    /// <param name="delay">After how long clients come back at the earliest.</param>
    /// <param name="window">Over how long they are spread.</param>
    public async Task DrainAsync(TimeSpan delay, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.Zero);
        ResumeLinkEnd end = new(ResumeLinkEndKind.Stopped) { Close = ResumeCloseReason.GoingAway, Delay = delay, Window = window };
        Volatile.Write(ref _drain, end);
        await Task.WhenAll(_tenures.Values.Select(t => t.StopConnectionAsync(end))).ConfigureAwait(false);
    }

    /// <summary>Drops all connections, and ends the sessions where they live in this server's own memory. To do it twice is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        _ownStore?.Dispose();
    }

    private async Task<ResumeCloseReason> ServeAsync(IResumeConnection connection, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.HelloTimeout, _options.TimeProvider);
        using CancellationTokenSource opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        OwnedResumeFrame hello = await ReceiveHelloAsync(connection, opening.Token).ConfigureAwait(false);
        if (Volatile.Read(ref _drain) is { } drain)
        {
            await SayAsync(connection, ResumeFrames.Retry(drain.Delay, drain.Window).ToOwned(), opening.Token).ConfigureAwait(false);
            return ResumeCloseReason.GoingAway;
        }

        (ResumeTenure? tenure, ResumeLink? link) = await OpenAsync(connection, hello, opening.Token).ConfigureAwait(false);
        if (tenure is null || link is null)
        {
            await SayAsync(connection, ResumeFrames.Retry(TimeSpan.Zero, _options.RetryWindow).ToOwned(), opening.Token).ConfigureAwait(false);
            return ResumeCloseReason.Full;
        }

        if (Volatile.Read(ref _drain) is { } since)
        {
            await link.RequestStopAsync(since).ConfigureAwait(false);
        }

        ResumeLinkEnd end = await link.RunAsync(cancellationToken).ConfigureAwait(false);
        await tenure.DetachAsync(link).ConfigureAwait(false);
        return await FinishAsync(connection, tenure, end).ConfigureAwait(false);
    }

    private async Task<(ResumeTenure? Tenure, ResumeLink? Link)> OpenAsync(
        IResumeConnection connection, OwnedResumeFrame hello, CancellationToken cancellationToken)
    {
        if (!hello.Session.IsEmpty)
        {
            ResumeGoneReason gone = ResumeGoneReason.Session;
            if (await FindAsync(hello.Session, cancellationToken).ConfigureAwait(false) is { } known)
            {
                (ResumeLink? link, gone) = await AttachAsync(connection, known, hello.Sequence, cancellationToken).ConfigureAwait(false);
                if (link is null && gone == ResumeGoneReason.TakenOver)
                {
                    // Another node has had it meanwhile. It comes back from there, and this node's past with it is over.
                    Forget(known);
                    known = await FindAsync(hello.Session, cancellationToken).ConfigureAwait(false);
                    (link, gone) = known is null
                        ? (null, ResumeGoneReason.Session)
                        : await AttachAsync(connection, known, hello.Sequence, cancellationToken).ConfigureAwait(false);
                }

                if (link is not null)
                {
                    return (known, link);
                }

                if (known is { IsConnected: false })
                {
                    await known.EndAsync().ConfigureAwait(false);
                }
            }

            gone = gone == ResumeGoneReason.Messages ? gone : ResumeGoneReason.Session;
            await SayAsync(connection, ResumeFrames.Gone(gone).ToOwned(), cancellationToken).ConfigureAwait(false);
        }

        if (await _store.CreateAsync(cancellationToken).ConfigureAwait(false) is not { } lease)
        {
            return (null, null);
        }

        ResumeTenure created = Begin(lease, isResumed: false);
        return (created, (await AttachAsync(connection, created, 0, cancellationToken).ConfigureAwait(false)).Link);
    }

    /// <summary>The session, where this node has it or can take it over.</summary>
    private async Task<ResumeTenure?> FindAsync(ResumeSessionId id, CancellationToken cancellationToken)
    {
        if (_tenures.TryGetValue(id, out ResumeTenure? here) && !here.Session.Lost.IsCancellationRequested)
        {
            return here;
        }

        IResumeLease? lease = await _store.TakeAsync(id, cancellationToken).ConfigureAwait(false);
        return lease is null ? null : Begin(lease, isResumed: true);
    }

    private ResumeTenure Begin(IResumeLease lease, bool isResumed)
    {
        ResumeTenure tenure = ResumeTenure.Start(lease, isResumed, _handler, _options);

        // Of two connections that come at once, the one that has lost the session again may get here last.
        _tenures.AddOrUpdate(lease.Id, tenure, (_, other) => lease.Lost.IsCancellationRequested ? other : tenure);
        lease.Lost.Register(() => Forget(tenure));
        return tenure;
    }

    private void Forget(ResumeTenure tenure) => _tenures.TryRemove(KeyValuePair.Create(tenure.Id, tenure));

    private Task<(ResumeLink? Link, ResumeGoneReason Gone)> AttachAsync(
        IResumeConnection connection, ResumeTenure tenure, long peerReceived, CancellationToken cancellationToken)
        => tenure.AttachAsync(
            connection,
            peerReceived,
            received => SayAsync(connection, ResumeFrames.Welcome(tenure.Id, received, _options.Keep).ToOwned(), cancellationToken),
            cancellationToken);

    /// <summary>Says what is to be said to a client whose connection ends, and how it is closed.</summary>
    private async Task<ResumeCloseReason> FinishAsync(IResumeConnection connection, ResumeTenure tenure, ResumeLinkEnd end)
    {
        using CancellationTokenSource timeout = new(_options.HelloTimeout, _options.TimeProvider);
        ResumeCloseReason close = end.Close == ResumeCloseReason.GoingAway && await tenure.IsElsewhereAsync().ConfigureAwait(false)
            ? ResumeCloseReason.TakenOver
            : end.Close;
        switch (end.Kind)
        {
            case ResumeLinkEndKind.Ended:
                tenure.EndByClient();
                await tenure.EndAsync().ConfigureAwait(false);
                return ResumeCloseReason.Ended;
            case ResumeLinkEndKind.Violation:
                return ResumeCloseReason.Violation;
            case ResumeLinkEndKind.Stopped when close == ResumeCloseReason.TakenOver:
                await SayAsync(connection, ResumeFrames.Gone(ResumeGoneReason.TakenOver).ToOwned(), timeout.Token).ConfigureAwait(false);
                return ResumeCloseReason.TakenOver;
            case ResumeLinkEndKind.Stopped when close == ResumeCloseReason.GoingAway:
                TimeSpan window = end.Window + end.Delay == TimeSpan.Zero ? _options.RetryWindow : end.Window;
                await SayAsync(connection, ResumeFrames.Retry(end.Delay, window).ToOwned(), timeout.Token).ConfigureAwait(false);
                return ResumeCloseReason.GoingAway;
            default:
                return close;
        }
    }

    private static async Task<OwnedResumeFrame> ReceiveHelloAsync(IResumeConnection connection, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> buffer = new();
        if (!await connection.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false))
        {
            throw new EndOfStreamException("The connection ended before HELLO.");
        }

        OwnedResumeFrame frame = ResumeLink.Parse(buffer.WrittenSpan);
        return frame.Type == ResumeFrameType.Hello ? frame : throw new ResumeProtocolException(ResumeProtocolError.FrameUnexpected);
    }

    private static async ValueTask SayAsync(IResumeConnection connection, OwnedResumeFrame frame, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> bytes = new();
        ResumeFrames.Write(bytes, frame.Lend());
        await connection.SendAsync(bytes.WrittenMemory, flush: true, cancellationToken).ConfigureAwait(false);
    }
}
