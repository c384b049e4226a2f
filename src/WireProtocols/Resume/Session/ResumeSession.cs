namespace WireProtocols.Resume;

/// <summary>What became of a message that was to be kept.</summary>
public enum ResumeAppend
{
    /// <summary>It is kept, and goes out in its turn.</summary>
    Taken = 0,

    /// <summary>There is no room, and the policy says to wait for some.</summary>
    Full,

    /// <summary>There is no room, and the policy says to fail.</summary>
    Refused,

    /// <summary>There is no room, and the policy says to drop it.</summary>
    Dropped,

    /// <summary>The session is over, or another node has it.</summary>
    Ended,
}

/// <summary>What a message's number means to its receiver.</summary>
public enum ResumeAcceptance
{
    /// <summary>It is the next: the application has it now, and never again.</summary>
    Taken = 0,

    /// <summary>The application has it already.</summary>
    Duplicate,

    /// <summary>One before it is missing.</summary>
    Missing,

    /// <summary>The session is over, or another node has it.</summary>
    Ended,
}

/// <summary>
/// The sequence numbers of a session at one end, either role's, without any input or output (wire-resume §2): what has been taken, what waits to be
/// sent, what has been sent and not acknowledged. It may be used by many threads.
/// </summary>
public sealed class ResumeSession
{
    private readonly Lock _lock = new();
    private readonly ReplayRing<ResumeMessage> _sent = new();
    private readonly ReplayRing<ResumeMessage> _waiting = new();
    private readonly ResumeSessionOptions _options;
    private long _bytes;
    private long _dropped;
    private long _received;
    private long _acknowledged;
    private bool _isClosed;

    /// <param name="id">The session's ID; a client does not know it before the server has answered, and passes an empty one.</param>
    /// <param name="options">The bounds; <see cref="ResumeSessionOptions.Default"/> when null.</param>
    public ResumeSession(ResumeSessionId id = default, ResumeSessionOptions? options = null)
    {
        Id = id;
        _options = options ?? ResumeSessionOptions.Default;
    }

    /// <summary>The session's ID.</summary>
    public ResumeSessionId Id { get; }

    /// <summary>The number of the last message that the application has taken.</summary>
    public long Received
    {
        get
        {
            lock (_lock)
            {
                return _received;
            }
        }
    }

    /// <summary>The number of the last message that the other end has acknowledged.</summary>
    public long Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged;
            }
        }
    }

    /// <summary>The number of the last message that was handed out to be sent.</summary>
    public long Sent
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged + _sent.Count;
            }
        }
    }

    /// <summary>How many messages are kept: those that wait, and those that are not acknowledged.</summary>
    public int PendingMessages
    {
        get
        {
            lock (_lock)
            {
                return _sent.Count + _waiting.Count;
            }
        }
    }

    /// <summary>How many bytes they have.</summary>
    public long PendingBytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>How many messages the policy has dropped.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                return _dropped;
            }
        }
    }

    /// <summary>Takes a message to be sent. It gets its number when it is sent first, so that one which is dropped before leaves no gap.</summary>
    /// <param name="isText">Whether it is UTF-8; that is the caller's to know.</param>
    /// <param name="payload">Its bytes, which the session keeps and does not copy.</param>
    public ResumeAppend TryAppend(bool isText, ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return ResumeAppend.Ended;
            }

            while (!HasRoomFor(payload.Length))
            {
                switch (_options.FullPolicy)
                {
                    case ResumeFullPolicy.DropOldest when _waiting.Count > 0:
                        _bytes -= _waiting.RemoveFirst().Payload.Length;
                        _dropped++;
                        break;
                    case ResumeFullPolicy.DropOldest or ResumeFullPolicy.DropNewest:
                        _dropped++;
                        return ResumeAppend.Dropped;
                    default:
                        return _options.FullPolicy == ResumeFullPolicy.Wait ? ResumeAppend.Full : ResumeAppend.Refused;
                }
            }

            _waiting.Add(new ResumeMessage(0, isText, payload));
            _bytes += payload.Length;
            return ResumeAppend.Taken;
        }
    }

    /// <summary>There is no room for a message where all sessions are kept: what becomes of it says the policy.</summary>
    internal ResumeAppend Refuse()
    {
        lock (_lock)
        {
            switch (_options.FullPolicy)
            {
                case ResumeFullPolicy.Wait:
                    return ResumeAppend.Full;
                case ResumeFullPolicy.Fail:
                    return ResumeAppend.Refused;
                default:
                    _dropped++;
                    return ResumeAppend.Dropped;
            }
        }
    }

    /// <summary>Hands out messages to be sent, in their order: first those that have been sent before, then those that wait.</summary>
    /// <param name="after">The number of the last message that is not needed.</param>
    /// <param name="messages">Where they go.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A message of that number was never handed out.</exception>
    public int Read(long after, Span<ResumeMessage> messages)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(after, _acknowledged + _sent.Count);
            int count = 0;
            int index = (int)Math.Max(0, after - _acknowledged);
            while (count < messages.Length)
            {
                if (index == _sent.Count)
                {
                    if (_waiting.Count == 0)
                    {
                        break;
                    }

                    _sent.Add(_waiting.RemoveFirst() with { Sequence = _acknowledged + _sent.Count + 1 });
                }

                messages[count++] = _sent[index++];
            }

            return count;
        }
    }

    /// <summary>The other end has taken all messages up to a number.</summary>
    /// <param name="sequence">The number.</param>
    /// <returns>False where the message was never sent. A number that has been acknowledged already changes nothing.</returns>
    public bool TryAcknowledge(long sequence)
    {
        lock (_lock)
        {
            if (sequence > _acknowledged + _sent.Count)
            {
                return false;
            }

            while (_acknowledged < sequence)
            {
                _bytes -= _sent.RemoveFirst().Payload.Length;
                _acknowledged++;
            }

            return true;
        }
    }

    /// <summary>The other end comes back.</summary>
    /// <param name="peerReceived">The number of the last message that it has.</param>
    /// <returns>What is gone, if anything: a number that was never sent is one of another session's life; of one below what was acknowledged, the
    /// messages are not there any more.</returns>
    public ResumeGoneReason Resume(long peerReceived)
    {
        lock (_lock)
        {
            return peerReceived < _acknowledged ? ResumeGoneReason.Messages
                : TryAcknowledge(peerReceived) ? ResumeGoneReason.None
                : ResumeGoneReason.Session;
        }
    }

    /// <summary>A message has come: may the application have it?</summary>
    /// <param name="sequence">Its number.</param>
    public ResumeAcceptance Accept(long sequence)
    {
        lock (_lock)
        {
            if (sequence != _received + 1)
            {
                return sequence <= _received ? ResumeAcceptance.Duplicate : ResumeAcceptance.Missing;
            }

            _received = sequence;
            return ResumeAcceptance.Taken;
        }
    }

    /// <summary>Takes everything that was not acknowledged out of the session, for another one; this one takes nothing more.</summary>
    /// <param name="unsent">What was never sent.</param>
    /// <returns>What was sent, and may have been taken or not.</returns>
    public IReadOnlyList<ResumeMessage> TakePending(out IReadOnlyList<ResumeMessage> unsent)
    {
        lock (_lock)
        {
            List<ResumeMessage> sent = [];
            List<ResumeMessage> waiting = [];
            _acknowledged += _sent.Count;
            while (_sent.Count > 0)
            {
                sent.Add(_sent.RemoveFirst());
            }

            while (_waiting.Count > 0)
            {
                waiting.Add(_waiting.RemoveFirst());
            }

            (_bytes, _isClosed) = (0, true);
            unsent = waiting;
            return sent;
        }
    }

    private bool HasRoomFor(int length)
    {
        int count = _sent.Count + _waiting.Count;
        return count == 0 || (count < _options.MaxPendingMessages && _bytes + length <= _options.MaxPendingBytes);
    }
}
