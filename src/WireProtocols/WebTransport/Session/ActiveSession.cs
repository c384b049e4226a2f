namespace WireProtocols.WebTransport;

/// <summary>What the application holds of a session: it checks what may be done now, and has the connection's objects do it.</summary>
internal sealed class ActiveSession(SessionState state, SessionParts parts) : WebTransportSession
{
    /// <inheritdoc/>
    public override long Id => state.Id;

    /// <inheritdoc/>
    public override WebTransportRequest Request => state.Request;

    /// <inheritdoc/>
    public override string? Protocol => state.Protocol;

    /// <inheritdoc/>
    public override bool IsOpen => state.IsOpen;

    /// <inheritdoc/>
    public override bool IsClosed => state.IsClosed;

    /// <inheritdoc/>
    public override bool IsDraining => state.IsDraining;

    /// <summary>
    /// "The client MAY optimistically open unidirectional and bidirectional streams, as well as send datagrams", and a server as soon as it
    /// has answered the request (draft-ietf-webtrans-http3 §4).
    /// </summary>
    private bool MaySend => state.IsOpen || (state.IsPending && state.StopCode is null && parts.Terms.Role == WebTransportRole.Client);

    /// <inheritdoc/>
    public override void Accept(string? protocol = null, IEnumerable<Http3Field>? fields = null)
    {
        if (IsToBeDecided())
        {
            parts.Requests.Accept(state, protocol, fields);
            parts.Sessions.Settle(state);
        }
    }

    /// <inheritdoc/>
    public override void Reject(int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        if (IsToBeDecided())
        {
            parts.Requests.Reject(state, status);
            parts.Sessions.Settle(state);
        }
    }

    /// <inheritdoc/>
    public override bool TryOpenStream(WebTransportStreamDirection direction, out long streamId)
    {
        QuicStreamState? stream = MaySend ? parts.Streams.Open(state, direction) : null;
        streamId = stream?.Id ?? -1;
        return stream is not null;
    }

    /// <inheritdoc/>
    public override int Send(long streamId, ReadOnlySpan<byte> data, bool endStream = false)
        => MaySend ? parts.Streams.Send(state, streamId, data, endStream) : 0;

    /// <inheritdoc/>
    public override long GetRoom(long streamId) => MaySend ? parts.Streams.GetRoom(state, streamId) : 0;

    /// <inheritdoc/>
    public override void PauseStream(long streamId) => parts.Streams.SetReceiving(state, streamId, isReceiving: false);

    /// <inheritdoc/>
    public override void ResumeStream(long streamId) => parts.Streams.SetReceiving(state, streamId, isReceiving: true);

    /// <inheritdoc/>
    public override bool SendDatagram(ReadOnlySpan<byte> payload) => MaySend && parts.Datagrams.TrySend(state, payload);

    /// <inheritdoc/>
    public override void ResetStream(long streamId, uint code) => parts.Streams.Reset(state, streamId, code);

    /// <inheritdoc/>
    public override void StopSending(long streamId, uint code) => parts.Streams.Stop(state, streamId, code);

    /// <inheritdoc/>
    public override void Close(uint code = 0, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (IsClosed && !state.IsEnding)
        {
            return;
        }

        if (MaySend)
        {
            parts.Capsules.SendClose(state, code, reason);
        }
        else
        {
            parts.Requests.Refuse(state);
        }

        parts.Sessions.CloseBySelf(state, code, reason);
        parts.Sessions.Settle(state);
    }

    /// <inheritdoc/>
    public override void Drain()
    {
        if (IsOpen && !IsDraining)
        {
            state.IsDraining = true;
            parts.Capsules.SendDrain(state);
        }
    }

    /// <inheritdoc/>
    internal override void OnDataRead(long count) => parts.Streams.Consume(state, count);

    /// <summary>True where a client waits for an answer; the session may have ended between its event and now.</summary>
    private bool IsToBeDecided()
    {
        if (state.IsOpen || parts.Terms.Role == WebTransportRole.Client)
        {
            throw new InvalidOperationException("Only a session that a client asks for can be accepted or rejected, once.");
        }

        return state.IsPending;
    }
}
