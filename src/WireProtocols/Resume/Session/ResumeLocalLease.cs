namespace WireProtocols.Resume;

/// <summary>A session that no other node can take: the client's.</summary>
/// <param name="id">Its ID; empty before the server has given one.</param>
/// <param name="session">Its numbers.</param>
internal sealed class ResumeLocalLease(ResumeSessionId id, ResumeSession session) : IResumeLease
{
    public ResumeSessionId Id => id;

    public ResumeSession Session => session;

    public CancellationToken Lost => CancellationToken.None;

    public ValueTask<(long Received, ResumeGoneReason Gone)> ResumeAsync(long peerReceived, CancellationToken cancellationToken)
    {
        ResumeGoneReason gone = session.Resume(peerReceived);
        return new((session.Received, gone));
    }

    public ValueTask<ResumeAcceptance> AcceptAsync(long sequence, CancellationToken cancellationToken) => new(session.Accept(sequence));

    public ValueTask<ResumeAppend> AppendAsync(bool isText, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
        => new(session.TryAppend(isText, payload));

    public ValueTask<int> ReadAsync(long after, Memory<ResumeMessage> messages, CancellationToken cancellationToken)
        => new(session.Read(after, messages.Span));

    public ValueTask<bool> AcknowledgeAsync(long sequence, CancellationToken cancellationToken) => new(session.TryAcknowledge(sequence));

    public ValueTask<int> CountPendingAsync(CancellationToken cancellationToken) => new(session.PendingMessages);

    public ValueTask SetConnectedAsync(bool isConnected, CancellationToken cancellationToken) => default;

    public ValueTask EndAsync() => default;
}
