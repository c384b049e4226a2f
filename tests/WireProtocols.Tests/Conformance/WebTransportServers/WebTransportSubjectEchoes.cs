using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>The streams and datagrams of sessions: each comes back.</summary>
internal sealed class WebTransportSubjectEchoes(WebTransportSubjectConnection connection)
{
    private const int MaxWaiting = 16;
    private long _nextUnidirectional = connection.IsClient ? 14 : 15;

    /// <summary>A stream with the header of a session, or with the beginning of one.</summary>
    public void BeginData(WebTransportSubjectStream stream, int at)
    {
        if (!Http3Bytes.TryRead([.. stream.Input.Skip(at)], out long session, out int length))
        {
            stream.Kind = connection.Defect == WebTransportDefect.HeaderInOneRead ? SubjectStreamKind.Over : SubjectStreamKind.Unknown;
            return;
        }

        if (session % 4 != 0 && connection.Defect != WebTransportDefect.AnySessionId
            && !(connection.Defect == WebTransportDefect.UnidirectionalIdUnchecked && stream.IsUnidirectional))
        {
            connection.Close(WebTransportErrorCode.IdError);
            return;
        }

        stream.Input.RemoveRange(0, at + length);
        stream.HeaderLength = at + length;
        stream.Session = session;
        if (connection.Sessions.TryGetValue(session, out WebTransportSubjectSession? open))
        {
            Attach(stream, open);
        }
        else if (connection.Gone.Contains(session))
        {
            stream.Kind = SubjectStreamKind.Over;
            if (connection.Defect == WebTransportDefect.LateStreamsAreFatal)
            {
                connection.Close(WebTransportErrorCode.IdError);
            }
            else
            {
                connection.Abort(stream, WebTransportErrorCode.SessionGone);
            }
        }
        else
        {
            Wait(stream);
        }
    }

    /// <summary>More has come for a stream of a session that is open.</summary>
    public void Receive(WebTransportSubjectStream stream, int count)
    {
        if (!stream.Flow!.Receive(stream, count))
        {
            connection.Fail(stream.Session, WebTransportErrorCode.FlowControlError);
        }
    }

    /// <summary>The session of a stream is there.</summary>
    public void Attach(WebTransportSubjectStream stream, WebTransportSubjectSession session)
    {
        stream.Kind = SubjectStreamKind.Data;
        stream.Flow = session.Flow;
        bool isAllowed = session.Flow.Open(stream.IsUnidirectional)
            & session.Flow.ReceiveOther(stream.HeaderLength, WebTransportDefect.CountsHeaders)
            & session.Flow.Receive(stream, stream.Input.Count);
        if (!isAllowed)
        {
            connection.Fail(stream.Session, WebTransportErrorCode.FlowControlError);
        }
    }

    /// <summary>What waited until the client allowed it.</summary>
    public void GoOn(long session)
    {
        foreach (WebTransportSubjectStream stream in connection.Streams
            .Where(s => s.Kind == SubjectStreamKind.Data && s.Session == session && !s.IsAnswered).ToArray())
        {
            Echo(stream);
        }
    }

    public void Echo(WebTransportSubjectStream stream)
    {
        if (stream.Kind != SubjectStreamKind.Data)
        {
            return;
        }

        WebTransportSubjectFlow flow = stream.Flow!;
        byte[] header = [];
        if (stream.Answer < 0)
        {
            if (stream.IsUnidirectional && !flow.TryOpen())
            {
                return;
            }

            stream.Answer = stream.IsUnidirectional ? _nextUnidirectional : stream.Id;
            header = stream.IsUnidirectional ? Http3Bytes.Integers(Http3Bytes.SessionStream, stream.Session) : [];
            _nextUnidirectional += stream.IsUnidirectional ? 4 : 0;
        }

        int count = flow.Send(stream, stream.Input.Count);
        byte[] data = [.. stream.Input.Take(count).SkipLast(connection.Defect == WebTransportDefect.LosesLastByte ? 1 : 0)];
        stream.Input.RemoveRange(0, count);
        bool ends = stream is { HasEnded: true, IsAnswered: false, Input.Count: 0 } && connection.Defect != WebTransportDefect.NoEnd;
        if (header.Length + data.Length > 0 || ends)
        {
            connection.Carrier.SendStream(stream.Answer, [.. header, .. data], ends);
        }

        flow.Use(stream, count);
        if (ends)
        {
            stream.IsAnswered = true;
            flow.End(stream.IsUnidirectional);
        }
    }

    /// <summary>The client has reset a stream: so is its echo.</summary>
    public void Reset(WebTransportSubjectStream stream, long code)
    {
        stream.Kind = SubjectStreamKind.Over;
        if (!WebTransportErrorCode.TryGetApplicationCode(code, out uint application) && connection.Defect == WebTransportDefect.ForeignCodesAreFatal)
        {
            connection.Close(WebTransportErrorCode.IdError);
        }
        else if (stream.Answer >= 0)
        {
            connection.Carrier.ResetStream(stream.Answer, connection.Defect switch
            {
                WebTransportDefect.CodesPlain => application,
                WebTransportDefect.CodesOffByOne => WebTransportErrorCode.FirstApplicationError + application,
                _ => WebTransportErrorCode.FromApplicationCode(application),
            }, 0);
        }
    }

    public void EchoDatagram(ReadOnlySpan<byte> datagram)
    {
        if (!Http3Bytes.TryRead(datagram, out long quarter, out int length))
        {
            if (connection.Defect != WebTransportDefect.AnyDatagram)
            {
                connection.Close(WebTransportErrorCode.DatagramError);
            }
        }
        else if (quarter >= 1L << 60 && connection.Defect != WebTransportDefect.LargeQuarterIds)
        {
            connection.Close(WebTransportErrorCode.DatagramError);
        }
        else if (!connection.Sessions.ContainsKey(unchecked(4 * quarter)))
        {
            if (connection.Defect == WebTransportDefect.UnknownDatagramIsFatal)
            {
                connection.Close(WebTransportErrorCode.IdError);
            }
        }
        else if (length < datagram.Length || connection.Defect != WebTransportDefect.DropsEmptyDatagrams)
        {
            connection.Carrier.SendDatagram([.. Http3Bytes.Integer(quarter), .. datagram[length..]]);
        }
    }

    private void Wait(WebTransportSubjectStream stream)
    {
        bool isFull = connection.Streams.Count(s => s.Kind == SubjectStreamKind.Waiting) >= MaxWaiting
            && connection.Defect != WebTransportDefect.NoBufferLimit;
        stream.Kind = isFull || connection.Defect == WebTransportDefect.DropsEarlyStreams ? SubjectStreamKind.Over : SubjectStreamKind.Waiting;
        if (connection.Defect == WebTransportDefect.UnknownSessionIsFatal)
        {
            connection.Close(WebTransportErrorCode.IdError);
        }
        else if (stream.Kind == SubjectStreamKind.Over)
        {
            connection.Abort(stream, WebTransportErrorCode.BufferedStreamRejected);
        }
    }
}
