using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace WireProtocols.Resume;

/// <summary>
/// A client's session: messages in both directions, each once and in order, over however many connections and whichever transports reach the
/// server. It connects, and connects again with back-off and jitter, until it is closed. One receiver at a time; any number of senders.
/// </summary>
public sealed class ResumeClient : IAsyncDisposable
{
    private readonly ResumeClientOptions _options;
    private readonly ResumeTransportChain _chain;
    private readonly ReconnectBackoff _backoff;
    private readonly ResumeMailbox _mailbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly ResumeSignal _hurry = new();
    private readonly Task _running;
    private ResumeLocalLease _lease;
    private ResumeLink? _link;
    private int _isDisposed;

    /// <summary>Begins to connect.</summary>
    /// <param name="transports">The ways to the server, in order of preference.</param>
    /// <param name="options">How to connect, keep and give up; <see cref="ResumeClientOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is no transport.</exception>
    public ResumeClient(IReadOnlyList<ResumeTransport> transports, ResumeClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transports);
        if (transports.Count == 0)
        {
            throw new ArgumentException("There is no transport.", nameof(transports));
        }

        _options = options ?? ResumeClientOptions.Default;
        _chain = new ResumeTransportChain(transports);
        _backoff = new ReconnectBackoff(_options.Backoff);
        _lease = new ResumeLocalLease(default, new ResumeSession(default, _options.Session));
        _mailbox = new ResumeMailbox(_lease, _options.TimeProvider);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Begins to connect by one transport.</summary>
    /// <inheritdoc cref="ResumeClient(IReadOnlyList{ResumeTransport}, ResumeClientOptions)"/>
    public ResumeClient(ResumeTransport transport, ResumeClientOptions? options = null)
        : this(transport is null ? throw new ArgumentNullException(nameof(transport)) : [transport], options)
    {
    }

    /// <summary>Where the connection is.</summary>
    public ResumeClientState State { get; private set; }

    /// <summary>How many messages the server has not acknowledged, those that wait to be sent included.</summary>
    public int PendingMessages => Volatile.Read(ref _lease).Session.PendingMessages;

    /// <summary>How many messages the policy has dropped since the session began.</summary>
    public long DroppedMessages => Volatile.Read(ref _lease).Session.Dropped;

    /// <summary>Takes the next message; from then on the server need not send it again.</summary>
    /// <returns>Null where no more come: the session is over.</returns>
    /// <exception cref="ResumeEndedException">The session is gone, or the client has given up.</exception>
    public ValueTask<ResumeMessage?> ReceiveAsync(CancellationToken cancellationToken = default) => _mailbox.TakeAsync(cancellationToken);

    /// <summary>Takes every message until the session is over.</summary>
    /// <exception cref="ResumeEndedException">The session is gone, or the client has given up.</exception>
    public async IAsyncEnumerable<ResumeMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>Sends bytes, now or when there is a connection. They are kept until the server has acknowledged them.</summary>
    /// <param name="payload">The bytes, which are kept and not copied.</param>
    /// <param name="cancellationToken">Ends the wait for room; nothing was sent then.</param>
    /// <exception cref="ResumeEndedException">The session is over.</exception>
    /// <exception cref="InvalidOperationException">There is no room, and <see cref="ResumeFullPolicy.Fail"/> is the policy.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => _mailbox.SendAsync(isText: false, payload, cancellationToken);

    /// <summary>Sends a text, now or when there is a connection. It is kept until the server has acknowledged it.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public ValueTask SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _mailbox.SendAsync(isText: true, Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <summary>
    /// Connects anew, now: the network has changed, or the connection seems dead. The one that there is is left as it is; the server drops it when
    /// the new one takes its place. Where the client waits to connect, it waits no longer.
    /// </summary>
    public void Reconnect()
    {
        _ = Volatile.Read(ref _link)?.RequestStopAsync(new ResumeLinkEnd(ResumeLinkEndKind.Lost) { IsAbandoned = true });
        _hurry.Set();
    }

    /// <summary>Waits until the server has taken everything, then ends the session and the connection.</summary>
    /// <param name="cancellationToken">Ends the wait, and the connection.</param>
    /// <exception cref="TimeoutException">The server did not take everything within <see cref="ResumeClientOptions.CloseTimeout"/>; the
    /// client is closed all the same, and <see cref="PendingMessages"/> says how much was not acknowledged.</exception>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await _mailbox.EndAsync(either.Token).ConfigureAwait(false);
            await _running.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The server did not take everything in {_options.CloseTimeout.TotalSeconds} s.");
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Drops the connection; the server keeps the session for a while. To do it twice is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await _running.ConfigureAwait(false);
        _mailbox.Dispose();
    }

    private async Task RunAsync()
    {
        Exception? cause = null;
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                ResumeLinkEnd end = await ConnectAndRunAsync().ConfigureAwait(false);
                if (IsLast(end, out cause))
                {
                    return;
                }

                TimeSpan delay = _backoff.TakeDelay();
                Change(ResumeClientState.Connecting, delay, end.Cause);
                await WaitAsync(delay).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            cause = new ResumeEndedException("The client has failed.", null, exception);
        }
        finally
        {
            _mailbox.Complete(cause);
            Change(ResumeClientState.Closed, TimeSpan.Zero, cause);
        }
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task delayed = Task.Delay(delay, _options.TimeProvider, waiting.Token);
        Task hurried = _hurry.WaitAsync(waiting.Token).AsTask();
        await Task.WhenAny(delayed, hurried).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(delayed, hurried).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Whether there will be no other connection, and what whoever waits for a message is told.</summary>
    private bool IsLast(ResumeLinkEnd end, out Exception? cause)
    {
        cause = null;
        switch (end.Kind)
        {
            case ResumeLinkEndKind.Ended:
                return true;
            case ResumeLinkEndKind.Gone when end is { Cause: null, Reason: not ResumeGoneReason.TakenOver }:
                // It is said again, and dealt with, when the client asks for the session.
                return false;
            case ResumeLinkEndKind.Gone:
                cause = end.Cause ?? new ResumeEndedException("Another connection has taken the session over.");
                return true;
            case ResumeLinkEndKind.Violation:
                cause = new ResumeEndedException("The server broke a rule.", null, end.Cause);
                return true;
            case ResumeLinkEndKind.Retry:
                _backoff.Ask(end.Delay, end.Window);
                return false;
            default:
                if (end.Cause is ResumeRefusedException refused)
                {
                    _backoff.Ask(refused.RetryAfter, TimeSpan.Zero);
                }

                cause = _backoff.MayTryAgain || _stop.IsCancellationRequested
                    ? null
                    : new ResumeEndedException("The server cannot be reached.", null, end.Cause);
                return cause is not null;
        }
    }

    /// <summary>Tries the transports of the chain until one reaches the server, and runs that connection to its end.</summary>
    private async Task<ResumeLinkEnd> ConnectAndRunAsync()
    {
        while (true)
        {
            IResumeConnection? connection = null;
            bool isOpen = false;
            try
            {
                using CancellationTokenSource timeout = new(_options.ConnectTimeout, _options.TimeProvider);
                using CancellationTokenSource opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
                long told = _lease.Session.Received;
                connection = await _chain.Current.ConnectAsync(CreateHello(told), opening.Token).ConfigureAwait(false);
                (ResumeLinkEnd? end, long peerReceived) = await OpenAsync(connection, opening.Token).ConfigureAwait(false);
                isOpen = true;
                _chain.Succeeded();
                if (end is not null)
                {
                    return end;
                }

                told = Math.Min(told, _lease.Session.Received);
                Change(ResumeClientState.Open, TimeSpan.Zero, null);
                ResumeLink link = new(connection, _mailbox, peerReceived, told, isClient: true);
                Volatile.Write(ref _link, link);
                end = await link.RunAsync(_stop.Token).ConfigureAwait(false);
                Volatile.Write(ref _link, null);
                _backoff.Note(succeeded: link.HasReceived || end.IsAbandoned);
                await EndAsync(connection, end).ConfigureAwait(false);
                return end;
            }
            catch (Exception exception) when (IsOfTheConnection(exception))
            {
                connection?.Abort();
                if (_stop.IsCancellationRequested)
                {
                    return new ResumeLinkEnd(ResumeLinkEndKind.Stopped);
                }

                if (exception is ResumeRefusedException refused)
                {
                    return new ResumeLinkEnd(ResumeLinkEndKind.Retry, exception) { Delay = refused.RetryAfter };
                }

                if (isOpen || !_chain.Failed())
                {
                    _backoff.Note(succeeded: false);
                    return new ResumeLinkEnd(ResumeLinkEndKind.Lost, exception);
                }
            }
            finally
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private static ValueTask EndAsync(IResumeConnection connection, ResumeLinkEnd end)
    {
        if (end.IsAbandoned)
        {
            connection.Abort();
            return default;
        }

        return connection.CloseAsync(end.Kind == ResumeLinkEndKind.Violation ? ResumeCloseReason.Violation : ResumeCloseReason.Ended);
    }

    /// <summary>Reads what the server answers HELLO with.</summary>
    private async Task<(ResumeLinkEnd? End, long PeerReceived)> OpenAsync(IResumeConnection connection, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> buffer = new();
        while (await connection.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false))
        {
            OwnedResumeFrame frame = ResumeLink.Parse(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
            switch (frame.Type)
            {
                case ResumeFrameType.Welcome when frame.Session == _lease.Id || _lease.Id.IsEmpty:
                    return (null, await WelcomeAsync(frame, cancellationToken).ConfigureAwait(false));
                case ResumeFrameType.Gone when frame.Reason != ResumeGoneReason.TakenOver && !_lease.Id.IsEmpty:
                    if (Lose(frame.Reason) is { } lost)
                    {
                        return (lost, 0);
                    }

                    break;
                case ResumeFrameType.Gone when frame.Reason == ResumeGoneReason.TakenOver:
                    return (new ResumeLinkEnd(ResumeLinkEndKind.Gone) { Reason = frame.Reason }, 0);
                case ResumeFrameType.Retry:
                    return (new ResumeLinkEnd(ResumeLinkEndKind.Retry) { Delay = frame.Delay, Window = frame.Window }, 0);
                default:
                    throw new ResumeProtocolException(ResumeProtocolError.FrameUnexpected);
            }
        }

        throw new EndOfStreamException("The server closed the connection before it answered.");
    }

    private async ValueTask<long> WelcomeAsync(OwnedResumeFrame frame, CancellationToken cancellationToken)
    {
        if (_lease.Id.IsEmpty)
        {
            Use(new ResumeLocalLease(frame.Session, _lease.Session));
        }

        (_, ResumeGoneReason gone) = await _mailbox.ResumeAsync(frame.Sequence, cancellationToken).ConfigureAwait(false);
        return gone == ResumeGoneReason.None ? frame.Sequence : throw new ResumeProtocolException(ResumeProtocolError.NeverSent, 1);
    }

    /// <summary>The session is gone: the client goes on in another one, where the application has said that it may.</summary>
    private ResumeLinkEnd? Lose(ResumeGoneReason reason)
    {
        ResumeLoss loss = new(reason, _lease.Session.TakePending(out IReadOnlyList<ResumeMessage> unsent));
        if (_options.SessionLost is not { } told)
        {
            return new ResumeLinkEnd(ResumeLinkEndKind.Gone, new ResumeEndedException("The server does not have the session any more.", loss))
            {
                Reason = reason,
            };
        }

        ResumeSession next = new(default, _options.Session);
        foreach (ResumeMessage message in unsent)
        {
            next.TryAppend(message.IsText, message.Payload);
        }

        Use(new ResumeLocalLease(default, next));
        told(loss);
        return null;
    }

    private void Use(ResumeLocalLease lease)
    {
        Volatile.Write(ref _lease, lease);
        _mailbox.Replace(lease);
    }

    private byte[] CreateHello(long received)
    {
        ArrayBufferWriter<byte> hello = new();
        ResumeFrames.Write(hello, ResumeFrames.Hello(_lease.Id, received));
        return hello.WrittenSpan.ToArray();
    }

    private void Change(ResumeClientState state, TimeSpan delay, Exception? cause)
    {
        State = state;
        _options.StateChanged?.Invoke(new ResumeStateChange(state, _chain.Current.Name, delay, cause));
    }

    private static bool IsOfTheConnection(Exception exception)
        => exception is IOException or WireProtocolException or OperationCanceledException or TimeoutException or HttpRequestException
            or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException or ObjectDisposedException;
}
