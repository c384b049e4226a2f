using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>
/// Echoes every session of one connection: datagrams as datagrams, bidirectional streams on themselves, unidirectional ones on a new one
/// the other way. A reset is echoed as a reset, and where the echo is not read any more, neither is what it echoes.
/// </summary>
internal sealed class WebTransportEcho(TextWriter log, SessionWatch? watch = null)
{
    /// <summary>The most bytes of a stream that wait because the client's limit does not allow them; the stream is reset then.</summary>
    private const int MaxWaiting = 1024 * 1024;

    private readonly Dictionary<long, EchoStream> _streams = [];

    public void Handle(WebTransportEvent item)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.Ready when item.Error != WebTransportProtocolError.None:
                log.WriteLine($"wire serve: no WebTransport: {item.Error.GetRule().Text}.");
                break;
            case WebTransportEventKind.SessionRequested:
                Begin(item.Session!);
                break;
            case WebTransportEventKind.SessionClosed:
                End(item);
                break;
            case WebTransportEventKind.Datagram:
                OnDatagram(item);
                break;
            case WebTransportEventKind.StreamOpened:
                Open(item);
                break;
            case WebTransportEventKind.StreamData:
                Echo(item, item.Data.Span, endStream: false);
                break;
            case WebTransportEventKind.StreamFinished:
                Echo(item, default, endStream: true);
                break;
            case WebTransportEventKind.StreamReset:
                if (_streams.Remove(item.StreamId, out EchoStream? reset))
                {
                    item.Session!.ResetStream(reset.Answer, item.Code ?? 0);
                }

                break;
            case WebTransportEventKind.StreamStopped:
                Stop(item);
                break;
            case WebTransportEventKind.StreamWritable:
                if (FindByAnswer(item.StreamId) is { } writable)
                {
                    item.Session!.ResumeStream(writable.Id);
                }

                break;
            case WebTransportEventKind.LimitsRaised:
                GoOn(item.Session!);
                break;
            case WebTransportEventKind.Violation:
                log.WriteLine(
                    $"wire serve: {item.Error.GetRule().Text} ({item.Error.GetRule().Section}): {WebTransportErrorCode.GetName(item.ErrorCode)}, "
                        + $"{item.Scope}.");
                break;
            default:
                break;
        }
    }

    private void Begin(WebTransportSession session)
    {
        EchoPlan plan = EchoPlan.Parse(session.Request.Path);
        session.Tag = plan;
        if (plan.Reject is { } status)
        {
            session.Reject(status);
            return;
        }

        if (watch?.TryBegin(session, plan.Wire) == false)
        {
            session.Reject(503);
            return;
        }

        session.Accept(session.Request.AvailableProtocols is [string first, ..] ? first : null);
        log.WriteLine($"wire serve: session {session.Id} for {session.Request.Authority}{session.Request.Path} is open.");
        if (plan.Drain)
        {
            session.Drain();
        }

        for (int i = 0; i < plan.Open; i++)
        {
            Greet(session, WebTransportStreamDirection.Unidirectional);
            Greet(session, WebTransportStreamDirection.Bidirectional);
        }
    }

    private static void Greet(WebTransportSession session, WebTransportStreamDirection direction)
    {
        if (session.TryOpenStream(direction, out long stream))
        {
            session.Send(stream, "hello from the server"u8, endStream: true);
        }
    }

    private void End(WebTransportEvent item)
    {
        foreach (EchoStream stream in _streams.Values.Where(s => s.Session == item.Session).ToArray())
        {
            _streams.Remove(stream.Id);
        }

        log.WriteLine($"wire serve: session {item.Session!.Id} is closed{(item.Code is { } code ? $" with {code} '{item.Reason}'" : "")}.");
    }

    private static void OnDatagram(WebTransportEvent item)
    {
        item.Session!.SendDatagram(item.Data.Span);
        if (item.Session.Tag is EchoPlan { Close: { } code } plan)
        {
            item.Session.Close(code, plan.Reason);
        }
    }

    private void Open(WebTransportEvent item)
    {
        WebTransportSession session = item.Session!;
        long answer = item.StreamId;
        if (item.Direction == WebTransportStreamDirection.Unidirectional && !session.TryOpenStream(item.Direction, out answer))
        {
            session.StopSending(item.StreamId, 0);
        }
        else if (session.Tag is EchoPlan { Reset: { } code })
        {
            session.ResetStream(answer, code);
            session.StopSending(item.StreamId, code);
        }
        else
        {
            _streams[item.StreamId] = new EchoStream(session, item.StreamId, answer);
        }
    }

    private void Echo(WebTransportEvent item, ReadOnlySpan<byte> data, bool endStream)
    {
        if (!_streams.TryGetValue(item.StreamId, out EchoStream? stream))
        {
            return;
        }

        if (!stream.TryEcho(data, endStream, MaxWaiting))
        {
            stream.Session.ResetStream(stream.Answer, 0);
            stream.Session.StopSending(stream.Id, 0);
            _streams.Remove(stream.Id);
        }
        else if (stream.IsDone)
        {
            _streams.Remove(stream.Id);
        }
        else if (stream.Session.GetRoom(stream.Answer) == 0)
        {
            // A client that does not read this echo is held on this stream alone.
            stream.Session.PauseStream(stream.Id);
        }
    }

    private void Stop(WebTransportEvent item)
    {
        if (FindByAnswer(item.StreamId) is { } stream)
        {
            stream.Session.StopSending(stream.Id, item.Code ?? 0);
            _streams.Remove(stream.Id);
        }
    }

    /// <summary>The stream whose echo goes to the given one.</summary>
    private EchoStream? FindByAnswer(long answer)
        => _streams.TryGetValue(answer, out EchoStream? same) && same.Answer == answer
            ? same
            : _streams.Values.FirstOrDefault(s => s.Answer == answer);

    private void GoOn(WebTransportSession session)
    {
        foreach (EchoStream stream in _streams.Values.Where(s => s.Session == session).ToArray())
        {
            stream.TryEcho(default, endStream: false, MaxWaiting);
            if (stream.IsDone)
            {
                _streams.Remove(stream.Id);
            }
        }
    }

    /// <summary>A stream and the one that its echo goes to.</summary>
    private sealed class EchoStream(WebTransportSession session, long id, long answer)
    {
        private byte[] _waiting = [];
        private bool _ends;

        public WebTransportSession Session { get; } = session;

        public long Id { get; } = id;

        public long Answer { get; } = answer;

        public bool IsDone { get; private set; }

        /// <returns>False where too much waits.</returns>
        public bool TryEcho(ReadOnlySpan<byte> data, bool endStream, int limit)
        {
            _ends |= endStream;
            byte[] all = _waiting.Length == 0 ? [] : [.. _waiting, .. data];
            ReadOnlySpan<byte> rest = _waiting.Length == 0 ? data : all;
            int sent = Session.Send(Answer, rest, _ends);
            _waiting = sent == rest.Length ? [] : rest[sent..].ToArray();
            IsDone = _ends && _waiting.Length == 0;
            return _waiting.Length <= limit;
        }
    }
}
