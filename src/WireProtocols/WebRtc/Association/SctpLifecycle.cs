using System.Text;

namespace WireProtocols.WebRtc;

/// <summary>In which state an association is, how it begins, and how it ends (RFC 9260 §4, §8.1 and §9).</summary>
internal sealed class SctpLifecycle(SctpAssociationOptions options, SctpHandshake handshake, SctpControl control, SctpInbox inbox)
{
    private int _failures;

    /// <summary>The state.</summary>
    public SctpState State { get; private set; }

    /// <summary>Whether the association has ended. It does not begin again.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The parts of the association; null before it is established.</summary>
    public SctpLink? Link { get; private set; }

    /// <summary>Whether no association has begun, and none has ended.</summary>
    public bool IsNew => State == SctpState.Closed && Link is null && !IsOver;

    /// <summary>INIT has been sent, or the cookie.</summary>
    public void Await(SctpState state) => State = state;

    /// <summary>The association is established on the terms of the handshake, for the first time or because the peer has begun anew.</summary>
    public void Establish(SctpEventKind kind, TimeSpan now)
    {
        handshake.Stop();
        _failures = 0;
        State = SctpState.Established;
        Link = new SctpLink(options, handshake, control, inbox);
        Link.Beats.Start(now);
        inbox.Tell(new SctpEvent(kind));
    }

    /// <summary>The peer has answered.</summary>
    public void Answered() => _failures = 0;

    /// <summary>Something was not answered in time.</summary>
    public void Failed()
    {
        if (++_failures > options.MaxRetransmissions)
        {
            Close(SctpEnd.Lost, SctpCauseCode.None);
        }
    }

    /// <summary>The application wants the end.</summary>
    public void Shutdown()
    {
        if (State == SctpState.Established)
        {
            State = SctpState.ShutdownPending;
        }
        else if (State is SctpState.CookieWait or SctpState.CookieEchoed)
        {
            Close(SctpEnd.Shutdown, SctpCauseCode.None);
        }
    }

    /// <summary>The peer wants the end.</summary>
    public void TakeShutdown(SctpLink link, TimeSpan now)
    {
        if (State == SctpState.ShutdownSent)
        {
            State = SctpState.ShutdownAckSent;
            link.Beats.StartEnd(SctpChunkType.ShutdownAck, now, link.Receiver.CumulativeTsn);
        }
        else if (State != SctpState.ShutdownAckSent)
        {
            State = SctpState.ShutdownReceived;
        }
    }

    /// <summary>Goes on towards the end, where that has been asked for and nothing is on the way.</summary>
    public void GoOn(TimeSpan now)
    {
        if (Link is { Sender.IsIdle: true } link && State is SctpState.ShutdownPending or SctpState.ShutdownReceived)
        {
            bool isAsked = State == SctpState.ShutdownReceived;
            State = isAsked ? SctpState.ShutdownAckSent : SctpState.ShutdownSent;
            link.Beats.StartEnd(isAsked ? SctpChunkType.ShutdownAck : SctpChunkType.Shutdown, now, link.Receiver.CumulativeTsn);
        }
    }

    /// <summary>The peer has broken a rule: it is told, and that is the end.</summary>
    public void Violated(SctpCauseCode cause, string reason)
    {
        Abandon(cause, reason);
        Close(SctpEnd.Violation, cause);
    }

    /// <summary>The application gives the association up.</summary>
    public void Abort(string reason)
    {
        if (State != SctpState.Closed)
        {
            Abandon(SctpCauseCode.UserInitiatedAbort, reason);
            Close(SctpEnd.Aborted, SctpCauseCode.UserInitiatedAbort);
        }
    }

    /// <summary>The association is over.</summary>
    public void Close(SctpEnd end, SctpCauseCode cause)
    {
        State = SctpState.Closed;
        IsOver = true;
        handshake.Stop();
        inbox.Tell(new SctpEvent(SctpEventKind.Closed, End: end, Cause: cause));
    }

    private void Abandon(SctpCauseCode cause, string reason)
    {
        control.Clear();
        if (handshake.PeerTag != 0)
        {
            control.Cause(handshake.PeerTag, SctpChunkType.Abort, 0, cause, Encoding.UTF8.GetBytes(reason));
        }
    }
}
