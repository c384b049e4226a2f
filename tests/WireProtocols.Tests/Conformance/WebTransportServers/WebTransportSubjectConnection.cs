using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>The connection that the subject serves, its streams and its sessions, and how each of them ends.</summary>
internal sealed class WebTransportSubjectConnection(IQuicCarrier carrier, WebTransportDefect defect, bool isClient)
{
    private readonly Dictionary<long, WebTransportSubjectStream> _streams = [];

    public IQuicCarrier Carrier => carrier;

    public WebTransportDefect Defect => defect;

    public bool IsClient => isClient;

    public IEnumerable<WebTransportSubjectStream> Streams => _streams.Values;

    public Dictionary<long, WebTransportSubjectSession> Sessions { get; } = [];

    /// <summary>The sessions that are over.</summary>
    public HashSet<long> Gone { get; } = [];

    public bool IsClosed { get; set; }

    public WebTransportSubjectStream Find(long id)
        => _streams.TryGetValue(id, out WebTransportSubjectStream? stream) ? stream : _streams[id] = new WebTransportSubjectStream(id);

    /// <summary>Ends a session with an error.</summary>
    public void Fail(long id, long code)
    {
        Abort(Find(id), code);
        EndSession(id, answers: false);
    }

    public void EndSession(long id, bool answers)
    {
        Sessions.Remove(id);
        Gone.Add(id);
        Find(id).Kind = SubjectStreamKind.Over;
        if (answers)
        {
            carrier.SendStream(id, [], endStream: true);
        }

        if (defect == WebTransportDefect.CloseKeepsStreams)
        {
            return;
        }

        foreach (WebTransportSubjectStream stream in _streams.Values.Where(s => s.Kind == SubjectStreamKind.Data && s.Session == id).ToArray())
        {
            Abort(stream, defect == WebTransportDefect.GoneWithOtherCode ? WebTransportErrorCode.RequestCancelled
                : WebTransportErrorCode.SessionGone);
        }
    }

    public void Abort(WebTransportSubjectStream stream, long code)
    {
        stream.Kind = SubjectStreamKind.Over;
        if (!stream.IsUnidirectional)
        {
            carrier.ResetStream(stream.Id, code, 0);
        }
        else if (stream.Answer >= 0)
        {
            carrier.ResetStream(stream.Answer, code, 0);
        }

        carrier.StopSending(stream.Id, code);
    }

    public void Close(long code)
    {
        IsClosed = true;
        carrier.Close(defect == WebTransportDefect.WrongCode ? WebTransportErrorCode.InternalError : code, "");
    }
}
