using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>The frames of the subject: its control stream, requests, and the capsules of sessions.</summary>
/// <param name="connection">The connection.</param>
/// <param name="echoes">The streams of sessions.</param>
/// <param name="process">Looks at a stream again.</param>
/// <param name="manner">How a client asks.</param>
internal sealed class WebTransportSubjectRequests(
    WebTransportSubjectConnection connection,
    WebTransportSubjectEchoes echoes,
    Action<WebTransportSubjectStream> process,
    WebTransportManner manner)
{
    private readonly WebTransportSubjectControl _control = new(connection.Defect);

    /// <summary>The subject's own streams, and its settings.</summary>
    public void Begin()
    {
        _control.Send(connection.Carrier, connection.IsClient);
        if (connection is { IsClient: true, Defect: WebTransportDefect.ConnectsEarly })
        {
            Connect();
        }
    }

    public void Read(WebTransportSubjectStream stream)
    {
        while (!connection.IsClosed && stream.Kind is SubjectStreamKind.Control or SubjectStreamKind.Request)
        {
            ReadOnlySpan<byte> rest = stream.Input.ToArray();
            if (!Http3Bytes.TryRead(rest, out long type, out int first))
            {
                break;
            }

            if (type == Http3Bytes.SessionSignal && connection.Defect != WebTransportDefect.SignalAnywhere)
            {
                connection.Close(WebTransportErrorCode.FrameError);
                return;
            }

            if (!Http3Bytes.TryRead(rest[first..], out long length, out int second) || rest.Length - first - second < length)
            {
                break;
            }

            byte[] payload = rest.Slice(first + second, (int)length).ToArray();
            stream.Input.RemoveRange(0, first + second + (int)length);
            long code = stream.Kind == SubjectStreamKind.Control ? ObeyControl(stream, type, payload) : ObeyRequest(stream, type, payload);
            if (code != 0)
            {
                connection.Close(code);
            }
        }

        if (stream.HasEnded && !connection.IsClosed)
        {
            End(stream);
        }
    }

    private void End(WebTransportSubjectStream stream)
    {
        if (stream.Kind == SubjectStreamKind.Control)
        {
            if (connection.Defect != WebTransportDefect.ForgetsControl)
            {
                connection.Close(WebTransportErrorCode.ClosedCriticalStream);
            }
        }
        else if (stream.Input.Count > 0 && stream.Kind == SubjectStreamKind.Request && connection.Defect != WebTransportDefect.TakesCutOffFrames)
        {
            connection.Close(WebTransportErrorCode.FrameError);
        }
        else if (connection.Sessions.TryGetValue(stream.Id, out WebTransportSubjectSession? session))
        {
            if (session.End() is { } code)
            {
                connection.Fail(stream.Id, code);
            }
            else if (connection.Defect != WebTransportDefect.EndIgnored)
            {
                connection.EndSession(stream.Id, answers: true);
            }
        }
        else if (!stream.HasBegun)
        {
            EndRequest(stream);
        }
    }

    public void EndRequest(WebTransportSubjectStream stream)
    {
        stream.Kind = SubjectStreamKind.Over;
        if (connection.Defect != WebTransportDefect.LeavesIncompleteOpen)
        {
            connection.Carrier.ResetStream(stream.Id, WebTransportErrorCode.RequestIncomplete, 0);
        }
    }

    private long ObeyControl(WebTransportSubjectStream stream, long type, byte[] payload)
    {
        bool wasThere = _control.Settings is not null;
        long code = _control.Obey(stream, type, payload);
        if (!wasThere && _control.Settings is not null && code == 0)
        {
            if (connection is { IsClient: true, Defect: not WebTransportDefect.ConnectsEarly })
            {
                Connect();
            }

            ProcessHeld();
        }

        return code;
    }

    /// <summary>The request of a client, where the settings allow it.</summary>
    private void Connect()
    {
        bool isAllowed = _control.Settings is { } settings && settings.Exists(s => s is { Id: 8, Value: 1 })
            && settings.Exists(s => s is { Id: 0x33, Value: 1 });
        if (isAllowed || connection.Defect is WebTransportDefect.ConnectsEarly or WebTransportDefect.IgnoresRequirements)
        {
            long stream = 0;
            if (manner == WebTransportManner.OtherRequestFirst)
            {
                connection.Carrier.SendStream(stream, Http3Bytes.Headers(WebTransportSubjectHeaders.OtherRequest), endStream: true);
                stream += 4;
            }

            byte[] before = manner == WebTransportManner.UnknownFrameFirst ? Http3Bytes.Frame(Http3Bytes.Grease, 1, 2, 3) : [];
            byte[] request = Http3Bytes.Headers(WebTransportSubjectHeaders.Request(connection.Defect));
            connection.Carrier.SendStream(stream, [.. before, .. request], endStream: false);
        }
    }

    /// <summary>What a client makes of the answer.</summary>
    private long TakeAnswer(WebTransportSubjectStream stream, byte[] section)
    {
        if (QpackDecoder.Decode(section, 1 << 16, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out _)
            != System.Buffers.OperationStatus.Done)
        {
            return connection.Defect == WebTransportDefect.BadSectionsAre400
                || (connection.Defect == WebTransportDefect.AnyStaticIndex && error == WebTransportProtocolError.QpackInvalidStaticIndex)
                    ? 0 : WebTransportErrorCode.QpackDecompressionFailed;
        }

        string? status = fields.FirstOrDefault(f => f.Name == ":status").Value;
        bool isRight = status is not null && WebTransportSubjectHeaders.IsAnswer(fields);
        if (!isRight && connection.Defect != WebTransportDefect.TakesMalformedAnswers)
        {
            RefuseAnswer(stream);
        }
        else if (status is not null && status.StartsWith('1') && connection.Defect != WebTransportDefect.InterimIsFinal)
        {
            return 0;
        }
        else if (status is null || status.StartsWith('2') || connection.Defect == WebTransportDefect.AnyStatus)
        {
            stream.HasBegun = true;
            Open(stream);
        }
        else
        {
            stream.Kind = SubjectStreamKind.Over;
        }

        return 0;
    }

    private void RefuseAnswer(WebTransportSubjectStream stream)
    {
        if (connection.Defect == WebTransportDefect.LeavesMalformedAnswers)
        {
            stream.Kind = SubjectStreamKind.Over;
        }
        else
        {
            connection.Abort(stream, connection.Defect == WebTransportDefect.CancelsMalformedAnswers
                ? WebTransportErrorCode.RequestCancelled : WebTransportErrorCode.MessageError);
        }
    }

    /// <summary>Requests that came before SETTINGS.</summary>
    private void ProcessHeld()
    {
        foreach (WebTransportSubjectStream held in connection.Streams
            .Where(s => s is { Kind: SubjectStreamKind.Unknown, IsUnidirectional: false, Input.Count: > 0 }).ToArray())
        {
            process(held);
        }
    }

    private long ObeyRequest(WebTransportSubjectStream stream, long type, byte[] payload)
    {
        switch (type)
        {
            case Http3Bytes.HeadersFrame when !stream.HasBegun:
                return connection.IsClient ? TakeAnswer(stream, payload) : BeginRequest(stream, payload);
            case Http3Bytes.HeadersFrame:
                return connection.Defect == WebTransportDefect.TakesHeadersInSession ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.DataFrame when stream.HasBegun:
                if (connection.Sessions.TryGetValue(stream.Id, out WebTransportSubjectSession? session))
                {
                    TakeCapsules(stream, session, payload);
                }

                return 0;
            case Http3Bytes.DataFrame:
                return connection.Defect == WebTransportDefect.TakesDataFirst ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.PushPromiseFrame:
                return connection.Defect == WebTransportDefect.TakesPushPromise ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.CancelPushFrame or Http3Bytes.SettingsFrame or Http3Bytes.GoAwayFrame or Http3Bytes.MaxPushIdFrame:
                return connection.Defect == WebTransportDefect.TakesSettingsAnywhere ? 0 : WebTransportErrorCode.FrameUnexpected;
            default:
                return _control.IsOfHttp2(type) || (_control.IsUnknown(type) && connection.Defect == WebTransportDefect.RefusesUnknownFrames)
                    ? WebTransportErrorCode.FrameUnexpected : 0;
        }
    }

    private long BeginRequest(WebTransportSubjectStream stream, byte[] section)
    {
        if (_control.Settings is null && connection.Defect != WebTransportDefect.AnswersBeforeSettings)
        {
            // Held, with its frame, until SETTINGS have come.
            stream.Input.InsertRange(0, Http3Bytes.Frame(Http3Bytes.HeadersFrame, section));
            stream.Kind = SubjectStreamKind.Unknown;
            return 0;
        }

        if (QpackDecoder.Decode(section, 1 << 16, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out _)
            != System.Buffers.OperationStatus.Done || (connection.Defect == WebTransportDefect.NoHuffman && section.AsSpan().Contains((byte)0x8C)))
        {
            if (connection.Defect == WebTransportDefect.BadSectionsAre400
                || (connection.Defect == WebTransportDefect.AnyStaticIndex && error == WebTransportProtocolError.QpackInvalidStaticIndex))
            {
                Respond(stream, 400);
                return 0;
            }

            return WebTransportErrorCode.QpackDecompressionFailed;
        }

        stream.HasBegun = true;
        WebTransportSubjectHeaders headers = new(connection.Defect, fields);
        bool meets = _control.Settings?.Exists(s => s.Id == 0x33 && s.Value > 0) == true
            || connection.Defect == WebTransportDefect.IgnoresRequirements;
        int? status = _control.Settings is null ? 400 : meets ? headers.Judge("webtransport-h3") : 0;
        if (status == 0)
        {
            connection.Abort(stream, WebTransportErrorCode.MessageError);
        }
        else if (status is { } refused)
        {
            Respond(stream, refused);
        }
        else if (connection.Sessions.Count > 0 && !_control.HasFlowControl && connection.Defect != WebTransportDefect.TakesManySessions)
        {
            connection.Abort(stream, WebTransportErrorCode.RequestRejected);
        }
        else
        {
            Accept(stream, headers.Chosen);
        }

        return 0;
    }

    private void Accept(WebTransportSubjectStream stream, string? protocol)
    {
        List<(string, string)> fields = [(":status", "200")];
        if (protocol is not null)
        {
            fields.Add(("wt-protocol", protocol));
        }

        connection.Carrier.SendStream(stream.Id, Http3Bytes.Headers(fields), endStream: false);
        Open(stream);
    }

    /// <summary>The session is there.</summary>
    private void Open(WebTransportSubjectStream stream)
    {
        WebTransportSubjectFlow flow = new(
            connection.Defect,
            _control.HasFlowControl ? _control.Settings : null,
            (type, value) => connection.Carrier.SendStream(
                stream.Id, Http3Bytes.Frame(Http3Bytes.DataFrame, Http3Bytes.Frame(type, Http3Bytes.Integer(value))), endStream: false));
        WebTransportSubjectSession session = connection.Sessions[stream.Id] = new WebTransportSubjectSession(connection.Defect, flow);
        foreach (WebTransportSubjectStream waiting in connection.Streams
            .Where(s => s.Kind == SubjectStreamKind.Waiting && s.Session == stream.Id).ToArray())
        {
            echoes.Attach(waiting, session);
            echoes.Echo(waiting);
        }
    }

    private void Respond(WebTransportSubjectStream stream, int status)
    {
        stream.Kind = SubjectStreamKind.Over;
        connection.Carrier.SendStream(stream.Id, Http3Bytes.Headers((":status", $"{status}")), endStream: true);
    }

    private void TakeCapsules(WebTransportSubjectStream stream, WebTransportSubjectSession session, byte[] data)
    {
        if (!session.Flow.ReceiveOther(data.Length, WebTransportDefect.CountsCapsules))
        {
            connection.Fail(stream.Id, WebTransportErrorCode.FlowControlError);
        }
        else if (session.Take(data) is { } code)
        {
            connection.Fail(stream.Id, code);
        }
        else if (session.IsClosed)
        {
            connection.EndSession(stream.Id, answers: connection.Defect != WebTransportDefect.CloseUnanswered);
        }
        else
        {
            echoes.GoOn(stream.Id);
        }
    }
}
