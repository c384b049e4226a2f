namespace WireProtocols.Resume;

/// <summary>A node's hold on a session in memory.</summary>
internal sealed class ResumeMemoryLease(
    ResumeStoredSession session,
    int generation,
    ResumeIdleSessions idle,
    ResumeStoreBytes bytes,
    Action<ResumeSessionId> end,
    CancellationToken lost) : IResumeLease
{
    public ResumeSessionId Id => session.Id;

    public CancellationToken Lost => lost;

    public ValueTask<(long Received, ResumeGoneReason Gone)> ResumeAsync(long peerReceived, CancellationToken cancellationToken)
        => new(session.Resume(generation, peerReceived));

    public ValueTask<ResumeAcceptance> AcceptAsync(long sequence, CancellationToken cancellationToken) => new(session.Accept(generation, sequence));

    public ValueTask<ResumeAppend> AppendAsync(bool isText, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (!bytes.HasRoomFor(payload.Length))
        {
            return new(session.Refuse(generation));
        }

        ResumeAppend append = session.Append(generation, isText, payload, out long change);
        bytes.Change(change);
        return new(append);
    }

    public ValueTask<int> ReadAsync(long after, Memory<ResumeMessage> messages, CancellationToken cancellationToken)
        => new(session.Read(generation, after, messages.Span));

    public ValueTask<bool> AcknowledgeAsync(long sequence, CancellationToken cancellationToken)
    {
        bool isAcknowledged = session.TryAcknowledge(generation, sequence, out long change);
        bytes.Change(change);
        return new(isAcknowledged);
    }

    public ValueTask<int> CountPendingAsync(CancellationToken cancellationToken) => new(session.CountPending(generation));

    public ValueTask SetConnectedAsync(bool isConnected, CancellationToken cancellationToken)
    {
        session.SetConnected(generation, isConnected, idle);
        return default;
    }

    public ValueTask EndAsync()
    {
        if (session.Holds(generation))
        {
            end(session.Id);
        }

        return default;
    }
}
