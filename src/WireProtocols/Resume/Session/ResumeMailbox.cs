using System.Threading.Channels;

namespace WireProtocols.Resume;

/// <summary>
/// Where the application and the connections of a session meet, in both roles: messages that have come and were not taken yet, senders that wait for
/// room, and what is to be acknowledged. A message counts as received when the application takes it.
/// </summary>
internal sealed class ResumeMailbox : IDisposable
{
    private const int MostUntaken = 64;
    private const long MostUntakenBytes = 1024 * 1024;

    /// <summary>After this time, whoever waits for room looks again: other sessions may have made some in the store.</summary>
    private static readonly TimeSpan RoomCheck = TimeSpan.FromSeconds(1);

    private readonly Channel<(IResumeLease Lease, ResumeMessage Message)> _inbox
        = Channel.CreateBounded<(IResumeLease Lease, ResumeMessage Message)>(MostUntaken);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ResumeSignal _room = new();
    private readonly ResumeSignal _space = new();
    private readonly ResumeSignal _outgoing = new();
    private readonly ResumeAckClock _acks;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationToken _endedToken;

    /// <summary>What the store was asked for and did not answer: it may count as taken, though the application has not got it.</summary>
    private (IResumeLease? Lease, long Sequence) _doubtful;
    private volatile Exception? _cause;
    private int _isComplete;
    private long _untakenBytes;
    private volatile bool _takesNothing;
    private volatile IResumeLease _lease;
    private volatile bool _isEnding;

    public ResumeMailbox(IResumeLease lease, TimeProvider time)
    {
        _lease = lease;
        Time = time;
        _endedToken = _ended.Token;
        _acks = new ResumeAckClock(time, _outgoing.Set);
    }

    /// <summary>The session, or the newest of those that came one after the other.</summary>
    public IResumeLease Lease => _lease;

    /// <summary>Where time comes from.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether END is to be sent, once nothing else is.</summary>
    public bool IsEnding => _isEnding;

    /// <summary>Set when there is something to send.</summary>
    public ResumeSignal Outgoing => _outgoing;

    /// <summary>Set when a message was taken.</summary>
    public ResumeSignal Taken { get; } = new();

    /// <summary>What is to be acknowledged.</summary>
    public ResumeAckClock Acks => _acks;

    /// <summary>Another session takes the place of one that is gone. No connection is running.</summary>
    public void Replace(IResumeLease lease)
    {
        _lease = lease;
        _acks.Clear();
        _room.Set();
    }

    /// <summary>A message has come; waits until there is room for it. One may always be there, whatever its size.</summary>
    public async ValueTask PutAsync(ResumeMessage message, CancellationToken cancellationToken)
    {
        while (!_takesNothing && Volatile.Read(ref _untakenBytes) is > 0 and var held && held + message.Payload.Length > MostUntakenBytes)
        {
            await _space.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_takesNothing)
        {
            _space.Set();
            return;
        }

        Interlocked.Add(ref _untakenBytes, message.Payload.Length);
        try
        {
            await _inbox.Writer.WriteAsync((_lease, message), cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // Nobody takes anything any more.
        }
        catch (OperationCanceledException)
        {
            Release(message);
            throw;
        }
    }

    /// <summary>The other end has acknowledged up to a message.</summary>
    /// <returns>False where that was never sent.</returns>
    public async ValueTask<bool> AcknowledgeAsync(long sequence, CancellationToken cancellationToken)
    {
        bool isKnown = await _lease.AcknowledgeAsync(sequence, cancellationToken).ConfigureAwait(false);
        _room.Set();
        return isKnown;
    }

    /// <summary>The other end comes back (<see cref="ResumeSession.Resume"/>).</summary>
    public async ValueTask<(long Received, ResumeGoneReason Gone)> ResumeAsync(long peerReceived, CancellationToken cancellationToken)
    {
        (long Received, ResumeGoneReason Gone) answer = await _lease.ResumeAsync(peerReceived, cancellationToken).ConfigureAwait(false);
        _room.Set();
        return answer;
    }

    /// <summary>Takes the next message.</summary>
    /// <returns>Null where the session is over.</returns>
    /// <exception cref="ResumeEndedException">It is over, and something was lost with it.</exception>
    public async ValueTask<ResumeMessage?> TakeAsync(CancellationToken cancellationToken)
    {
        while (await _inbox.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // It stays there until the store has answered, so that a wait that is cancelled, or fails, loses nothing.
            while (_inbox.Reader.TryPeek(out (IResumeLease Lease, ResumeMessage Message) entry))
            {
                bool isDoubtful = _doubtful == (entry.Lease, entry.Message.Sequence);
                _doubtful = (entry.Lease, entry.Message.Sequence);
                ResumeAcceptance answer = await entry.Lease.AcceptAsync(entry.Message.Sequence, cancellationToken).ConfigureAwait(false);
                _doubtful = default;
                if (_inbox.Reader.TryRead(out _))
                {
                    Release(entry.Message);
                }

                if (answer == ResumeAcceptance.Taken || (isDoubtful && answer == ResumeAcceptance.Duplicate))
                {
                    if (entry.Lease == _lease)
                    {
                        _acks.Note(entry.Message.Sequence, entry.Message.Payload.Length);
                    }

                    Taken.Set();
                    return entry.Message;
                }
            }
        }

        return _cause is null ? null : throw _cause;
    }

    /// <summary>Keeps a message until the other end has it, and waits for room where the policy says so.</summary>
    /// <exception cref="ResumeEndedException">The session is over.</exception>
    /// <exception cref="InvalidOperationException">There is no room, and the policy says to fail.</exception>
    public async ValueTask SendAsync(bool isText, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (_endedToken.IsCancellationRequested || _isEnding)
                {
                    throw _cause ?? new ResumeEndedException("The session is over.");
                }

                switch (await _lease.AppendAsync(isText, payload, cancellationToken).ConfigureAwait(false))
                {
                    case ResumeAppend.Full or ResumeAppend.Ended:
                        // Of one that has ended, another takes the place, or this mailbox ends too.
                        await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
                        continue;
                    case ResumeAppend.Refused:
                        throw new InvalidOperationException("Too much waits for the other end, and FullPolicy says to fail.");
                    default:
                        _outgoing.Set();
                        return;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until the other end has acknowledged everything, or the session is over, and has END sent. Nothing comes in between.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!_endedToken.IsCancellationRequested && await _lease.CountPendingAsync(cancellationToken).ConfigureAwait(false) > 0)
            {
                await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            }

            _isEnding = true;
            _outgoing.Set();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The application takes nothing more. What comes all the same is dropped, so that it does not hold up what comes behind it.</summary>
    public void StopTaking()
    {
        Close();
        while (_inbox.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>The session is over. What has come and was not taken can still be, where the session allows it.</summary>
    /// <param name="cause">What whoever still waits is told; null for a clean end.</param>
    public void Complete(Exception? cause)
    {
        if (Interlocked.Exchange(ref _isComplete, 1) == 0)
        {
            // Whoever learns that nothing more comes asks for the cause then.
            _cause = cause;
            Close();
            _ended.Cancel();
        }
    }

    public void Dispose()
    {
        Complete(null);
        _acks.Dispose();
    }

    private void Close()
    {
        _takesNothing = true;
        _inbox.Writer.TryComplete();
        _space.Set();
    }

    private void Release(ResumeMessage message)
    {
        Interlocked.Add(ref _untakenBytes, -message.Payload.Length);
        _space.Set();
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource time = new(RoomCheck, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _endedToken, time.Token);
        try
        {
            await _room.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The next look says that the session is over, or that there is room.
        }
    }
}
