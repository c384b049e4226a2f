namespace WireProtocols.Resume;

/// <summary>
/// Where sessions live while nodes and connections come and go. One node has a session at a time: whoever takes it has it from then on, and the lease
/// of whoever had it before is lost, atomically with respect to everything that a lease does.
/// </summary>
public interface IResumeSessionStore
{
    /// <summary>Makes a session with an ID of its own.</summary>
    /// <returns>The session's lease; null where there is no room.</returns>
    ValueTask<IResumeLease?> CreateAsync(CancellationToken cancellationToken);

    /// <summary>Takes a session over.</summary>
    /// <returns>Its lease; null where there is no such session (any more).</returns>
    ValueTask<IResumeLease?> TakeAsync(ResumeSessionId id, CancellationToken cancellationToken);
}

/// <summary>A node's hold on a session. It may be used by many threads.</summary>
public interface IResumeLease
{
    /// <summary>The session's ID.</summary>
    ResumeSessionId Id { get; }

    /// <summary>Cancelled when another node has taken the session, or it is over or expired.</summary>
    CancellationToken Lost { get; }

    /// <summary>A client comes back.</summary>
    /// <param name="peerReceived">The number of the last message that it has.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number of the last message that the application has taken, and what is gone. Of a lease that is lost, that is
    /// <see cref="ResumeGoneReason.TakenOver"/> where another node has the session, and <see cref="ResumeGoneReason.Session"/> where it is
    /// over.</returns>
    ValueTask<(long Received, ResumeGoneReason Gone)> ResumeAsync(long peerReceived, CancellationToken cancellationToken);

    /// <inheritdoc cref="ResumeSession.Accept"/>
    ValueTask<ResumeAcceptance> AcceptAsync(long sequence, CancellationToken cancellationToken);

    /// <inheritdoc cref="ResumeSession.TryAppend"/>
    ValueTask<ResumeAppend> AppendAsync(bool isText, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <inheritdoc cref="ResumeSession.Read"/>
    ValueTask<int> ReadAsync(long after, Memory<ResumeMessage> messages, CancellationToken cancellationToken);

    /// <inheritdoc cref="ResumeSession.TryAcknowledge"/>
    ValueTask<bool> AcknowledgeAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>How many messages the client has not acknowledged.</summary>
    ValueTask<int> CountPendingAsync(CancellationToken cancellationToken);

    /// <summary>Says whether the session has a connection; without one, it is kept for a limited time.</summary>
    ValueTask SetConnectedAsync(bool isConnected, CancellationToken cancellationToken);

    /// <summary>The session is over.</summary>
    ValueTask EndAsync();
}
