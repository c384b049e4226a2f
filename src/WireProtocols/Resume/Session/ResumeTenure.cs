using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.Resume;

/// <summary>A session while this node has it: its handler, and the one connection that it has at a time, if any.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle, and connections end after the session.")]
internal sealed class ResumeTenure
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ResumeMailbox _mailbox;
    private readonly IResumeLease _lease;
    private ResumeLink? _link;

    private ResumeTenure(IResumeLease lease, ResumeMailbox mailbox, bool isResumed)
    {
        _lease = lease;
        _mailbox = mailbox;
        Session = new ResumeServerSession(mailbox, isResumed);
    }

    public ResumeSessionId Id => _lease.Id;

    public ResumeServerSession Session { get; }

    public ResumeMailbox Mailbox => _mailbox;

    /// <summary>Whether it has a connection.</summary>
    public bool IsConnected => Volatile.Read(ref _link) is not null;

    /// <summary>Completes when the handler has ended and the session is over here.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Takes up a session.</summary>
    public static ResumeTenure Start(
        IResumeLease lease, bool isResumed, Func<ResumeServerSession, CancellationToken, Task> handler, ResumeServerOptions options)
    {
        ResumeTenure tenure = new(lease, new ResumeMailbox(lease, options.TimeProvider), isResumed);
        tenure.Completion = Task.Run(() => tenure.RunHandlerAsync(handler, options));
        return tenure;
    }

    /// <summary>The newest connection has the session: the one before is stopped, and what is behind its last message is sent on this one.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="peerReceived">The number of the last message that the client has.</param>
    /// <param name="welcome">Sends WELCOME with the number of the last message taken.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>What runs the connection; null where something is gone.</returns>
    public async Task<(ResumeLink? Link, ResumeGoneReason Gone)> AttachAsync(
        IResumeConnection connection, long peerReceived, Func<long, ValueTask> welcome, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_link is { } before)
            {
                (_, ResumeGoneReason late) = await _lease.ResumeAsync(peerReceived, cancellationToken).ConfigureAwait(false);
                if (late != ResumeGoneReason.None)
                {
                    // Its client has acknowledged more by now, over the connection that there is.
                    return (null, late);
                }

                // While something fails here, it is still the one that the next connection has to stop.
                await before.StopAsync(new ResumeLinkEnd(ResumeLinkEndKind.Stopped) { Close = ResumeCloseReason.TakenOver }).ConfigureAwait(false);
                await _lease.SetConnectedAsync(false, cancellationToken).ConfigureAwait(false);
                _link = null;
            }

            (long received, ResumeGoneReason gone) = await _mailbox.ResumeAsync(peerReceived, cancellationToken).ConfigureAwait(false);
            if (gone != ResumeGoneReason.None)
            {
                return (null, gone);
            }

            await welcome(received).ConfigureAwait(false);
            await _lease.SetConnectedAsync(true, cancellationToken).ConfigureAwait(false);
            _link = new ResumeLink(connection, _mailbox, peerReceived, received, isClient: false);
            return (_link, ResumeGoneReason.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A connection has ended.</summary>
    public async Task DetachAsync(ResumeLink link)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_link == link)
            {
                _link = null;
                await _lease.SetConnectedAsync(false, CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops the connection that there is, if any; the session stays.</summary>
    public async Task StopConnectionAsync(ResumeLinkEnd end)
    {
        ResumeLink? link = Volatile.Read(ref _link);
        if (link is not null)
        {
            await link.StopAsync(end).ConfigureAwait(false);
        }
    }

    /// <summary>Whether another node has the session now.</summary>
    public async ValueTask<bool> IsElsewhereAsync()
        => _lease.Lost.IsCancellationRequested
            && (await _lease.ResumeAsync(0, CancellationToken.None).ConfigureAwait(false)).Gone == ResumeGoneReason.TakenOver;

    /// <summary>The client has ended the session: what has come can still be taken, then no more comes.</summary>
    public void EndByClient() => _mailbox.Complete(null);

    /// <summary>The session is over or gone.</summary>
    public async Task EndAsync()
    {
        _mailbox.Complete(null);
        await _lease.EndAsync().ConfigureAwait(false);
    }

    private async Task RunHandlerAsync(Func<ResumeServerSession, CancellationToken, Task> handler, ResumeServerOptions options)
    {
        Exception? failure = null;
        using CancellationTokenRegistration lost = _lease.Lost.Register(static state => ((ResumeMailbox)state!).Dispose(), _mailbox);
        try
        {
            await handler(Session, _lease.Lost).ConfigureAwait(false);

            _mailbox.StopTaking();

            // A clean end: the client gets all that was sent before END, however often it has to come back for it.
            await _mailbox.EndAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_lease.Lost.IsCancellationRequested)
        {
            // It is over here, or elsewhere now.
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (failure is not null)
        {
            ResumeLinkEnd end = new(ResumeLinkEndKind.Stopped) { Close = ResumeCloseReason.Failed };
            await StopConnectionAsync(end).ConfigureAwait(false);
            await EndAsync().ConfigureAwait(false);
            options.HandlerFailed?.Invoke(failure);
        }
        else
        {
            await EndUnlessConnectedAsync().ConfigureAwait(false);
        }
    }

    private async Task EndUnlessConnectedAsync()
    {
        // Not while a connection is being attached, which will send END.
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_link is null)
            {
                // There is nobody to be told; whoever comes later hears that the session is gone.
                await EndAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
