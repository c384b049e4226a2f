using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>A WebTransport server that echoes, written for this by hand, with one mistake or none. It serves one connection.</summary>
internal sealed class WebTransportSubject(IQuicCarrier carrier, WebTransportDefect defect)
{
    public const int StreamLimit = 20;
    private const int MaxWaiting = 16;
    private readonly Dictionary<long, WebTransportSubjectStream> _streams = [];
    private readonly Dictionary<long, WebTransportSubjectSession> _sessions = [];
    private readonly HashSet<long> _gone = [];
    private readonly HashSet<SubjectStreamKind> _critical = [];
    private readonly WebTransportSubjectControl _control = new(defect);
    private long _nextUnidirectional = 15;
    private bool _isClosed;

    public async Task RunAsync(CancellationToken stop)
    {
        _control.Send(carrier);
        while (!_isClosed && await carrier.WaitToReadAsync(stop))
        {
            while (!_isClosed && carrier.TryRead(out QuicEvent item))
            {
                Take(item);
            }
        }
    }

    private void Take(in QuicEvent item)
    {
        switch (item.Kind)
        {
            case QuicEventKind.Stream:
                WebTransportSubjectStream stream = Find(item.StreamId);
                stream.Input.AddRange(item.Data.Span);
                stream.HasEnded |= item.EndStream;
                Process(stream);
                stream.IsFirstRead = false;
                break;
            case QuicEventKind.Datagram:
                ReceiveDatagram(item.Data.Span);
                break;
            case QuicEventKind.Reset:
                ReceiveReset(Find(item.StreamId), item.ErrorCode);
                break;
            case QuicEventKind.StopSending when defect != WebTransportDefect.StopIgnored:
                carrier.ResetStream(item.StreamId, item.ErrorCode, 0);
                break;
            case QuicEventKind.Close:
                _isClosed = true;
                break;
            default:
                break;
        }
    }

    private WebTransportSubjectStream Find(long id)
        => _streams.TryGetValue(id, out WebTransportSubjectStream? stream) ? stream : _streams[id] = new WebTransportSubjectStream(id);

    private void Process(WebTransportSubjectStream stream)
    {
        if (stream.Kind == SubjectStreamKind.Unknown)
        {
            Identify(stream);
        }

        switch (stream.Kind)
        {
            case SubjectStreamKind.Control or SubjectStreamKind.Request:
                ReadFrames(stream);
                break;
            case SubjectStreamKind.Encoder or SubjectStreamKind.Decoder:
                ReadInstructions(stream);
                break;
            case SubjectStreamKind.Data:
                Echo(stream);
                break;
            default:
                break;
        }
    }

    private void Identify(WebTransportSubjectStream stream)
    {
        if (!Http3Bytes.TryRead([.. stream.Input], out long type, out int length))
        {
            if (stream.HasEnded && stream.IsUnidirectional && defect == WebTransportDefect.RefusesEmptyStreams)
            {
                Close(WebTransportErrorCode.StreamCreationError);
            }
            else if (stream is { HasEnded: true, IsUnidirectional: false })
            {
                EndRequest(stream);
            }

            return;
        }

        if (type == (stream.IsUnidirectional ? Http3Bytes.SessionStream : Http3Bytes.SessionSignal))
        {
            BeginData(stream, length);
        }
        else if (!stream.IsUnidirectional)
        {
            stream.Kind = SubjectStreamKind.Request;
        }
        else
        {
            stream.Input.RemoveRange(0, length);
            BeginOwn(stream, type);
        }
    }

    private void BeginOwn(WebTransportSubjectStream stream, long type)
    {
        stream.Kind = type switch
        {
            0 => SubjectStreamKind.Control,
            2 => SubjectStreamKind.Encoder,
            3 => SubjectStreamKind.Decoder,
            _ => SubjectStreamKind.Over,
        };
        bool isTwice = stream.Kind != SubjectStreamKind.Over && !_critical.Add(stream.Kind)
            && defect != (stream.Kind == SubjectStreamKind.Control ? WebTransportDefect.TakesSecondControl : WebTransportDefect.SecondEncoder);
        bool isPush = type == 1 && defect != WebTransportDefect.TakesPushStreams;
        bool isUnknown = type > 3 && defect == WebTransportDefect.RefusesUnknownStreams;
        if (isTwice || isPush || isUnknown)
        {
            Close(WebTransportErrorCode.StreamCreationError);
        }
    }

    private void BeginData(WebTransportSubjectStream stream, int at)
    {
        if (!Http3Bytes.TryRead([.. stream.Input.Skip(at)], out long session, out int length))
        {
            stream.Kind = defect == WebTransportDefect.HeaderInOneRead ? SubjectStreamKind.Over : SubjectStreamKind.Unknown;
            return;
        }

        if (session % 4 != 0 && defect != WebTransportDefect.AnySessionId
            && !(defect == WebTransportDefect.UnidirectionalIdUnchecked && stream.IsUnidirectional))
        {
            Close(WebTransportErrorCode.IdError);
            return;
        }

        stream.Input.RemoveRange(0, at + length);
        stream.Session = session;
        if (_sessions.TryGetValue(session, out WebTransportSubjectSession? open))
        {
            Attach(stream, open);
        }
        else if (_gone.Contains(session))
        {
            stream.Kind = SubjectStreamKind.Over;
            if (defect == WebTransportDefect.LateStreamsAreFatal)
            {
                Close(WebTransportErrorCode.IdError);
            }
            else
            {
                Abort(stream, WebTransportErrorCode.SessionGone);
            }
        }
        else
        {
            Wait(stream);
        }
    }

    private void Wait(WebTransportSubjectStream stream)
    {
        bool isFull = _streams.Values.Count(s => s.Kind == SubjectStreamKind.Waiting) >= MaxWaiting && defect != WebTransportDefect.NoBufferLimit;
        stream.Kind = isFull || defect == WebTransportDefect.DropsEarlyStreams ? SubjectStreamKind.Over : SubjectStreamKind.Waiting;
        if (defect == WebTransportDefect.UnknownSessionIsFatal)
        {
            Close(WebTransportErrorCode.IdError);
        }
        else if (stream.Kind == SubjectStreamKind.Over)
        {
            Abort(stream, WebTransportErrorCode.BufferedStreamRejected);
        }
    }

    private void Attach(WebTransportSubjectStream stream, WebTransportSubjectSession session)
    {
        stream.Kind = SubjectStreamKind.Data;
        if (stream.IsUnidirectional && ++session.Streams > StreamLimit && session.HasFlowControl && defect != WebTransportDefect.NoStreamLimit)
        {
            Fail(stream.Session, WebTransportErrorCode.FlowControlError);
        }
    }

    private void Echo(WebTransportSubjectStream stream)
    {
        byte[] header = [];
        if (stream.Answer < 0)
        {
            stream.Answer = stream.IsUnidirectional ? _nextUnidirectional : stream.Id;
            header = stream.IsUnidirectional ? Http3Bytes.Integers(Http3Bytes.SessionStream, stream.Session) : [];
            _nextUnidirectional += stream.IsUnidirectional ? 4 : 0;
        }

        byte[] data = [.. stream.Input.SkipLast(defect == WebTransportDefect.LosesLastByte ? 1 : 0)];
        stream.Input.Clear();
        bool ends = stream.HasEnded && defect != WebTransportDefect.NoEnd;
        if (header.Length + data.Length > 0 || ends)
        {
            carrier.SendStream(stream.Answer, [.. header, .. data], ends);
        }
    }

    private void ReadFrames(WebTransportSubjectStream stream)
    {
        while (!_isClosed && stream.Kind is SubjectStreamKind.Control or SubjectStreamKind.Request)
        {
            ReadOnlySpan<byte> rest = stream.Input.ToArray();
            if (!Http3Bytes.TryRead(rest, out long type, out int first))
            {
                break;
            }

            if (type == Http3Bytes.SessionSignal && defect != WebTransportDefect.SignalAnywhere)
            {
                Close(WebTransportErrorCode.FrameError);
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
                Close(code);
            }
        }

        if (stream.HasEnded && !_isClosed)
        {
            End(stream);
        }
    }

    private void End(WebTransportSubjectStream stream)
    {
        if (stream.Kind == SubjectStreamKind.Control)
        {
            if (defect != WebTransportDefect.ForgetsControl)
            {
                Close(WebTransportErrorCode.ClosedCriticalStream);
            }
        }
        else if (stream.Input.Count > 0 && stream.Kind == SubjectStreamKind.Request && defect != WebTransportDefect.TakesCutOffFrames)
        {
            Close(WebTransportErrorCode.FrameError);
        }
        else if (_sessions.TryGetValue(stream.Id, out WebTransportSubjectSession? session))
        {
            if (session.End() is { } code)
            {
                Fail(stream.Id, code);
            }
            else if (defect != WebTransportDefect.EndIgnored)
            {
                EndSession(stream.Id, answers: true);
            }
        }
        else if (!stream.HasBegun)
        {
            EndRequest(stream);
        }
    }

    private void EndRequest(WebTransportSubjectStream stream)
    {
        stream.Kind = SubjectStreamKind.Over;
        if (defect != WebTransportDefect.LeavesIncompleteOpen)
        {
            carrier.ResetStream(stream.Id, WebTransportErrorCode.RequestIncomplete, 0);
        }
    }

    private long ObeyControl(WebTransportSubjectStream stream, long type, byte[] payload)
    {
        bool wasThere = _control.Settings is not null;
        long code = _control.Obey(stream, type, payload);
        if (!wasThere && _control.Settings is not null && code == 0)
        {
            ProcessHeld();
        }

        return code;
    }

    /// <summary>Requests that came before SETTINGS.</summary>
    private void ProcessHeld()
    {
        foreach (WebTransportSubjectStream held in _streams.Values
            .Where(s => s is { Kind: SubjectStreamKind.Unknown, IsUnidirectional: false, Input.Count: > 0 }).ToArray())
        {
            Process(held);
        }

    }

    private long ObeyRequest(WebTransportSubjectStream stream, long type, byte[] payload)
    {
        switch (type)
        {
            case Http3Bytes.HeadersFrame when !stream.HasBegun:
                return BeginRequest(stream, payload);
            case Http3Bytes.HeadersFrame:
                return defect == WebTransportDefect.TakesHeadersInSession ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.DataFrame when stream.HasBegun:
                if (_sessions.TryGetValue(stream.Id, out WebTransportSubjectSession? session))
                {
                    TakeCapsules(stream, session, payload);
                }

                return 0;
            case Http3Bytes.DataFrame:
                return defect == WebTransportDefect.TakesDataFirst ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.PushPromiseFrame:
                return defect == WebTransportDefect.TakesPushPromise ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.CancelPushFrame or Http3Bytes.SettingsFrame or Http3Bytes.GoAwayFrame or Http3Bytes.MaxPushIdFrame:
                return defect == WebTransportDefect.TakesSettingsAnywhere ? 0 : WebTransportErrorCode.FrameUnexpected;
            default:
                return _control.IsOfHttp2(type) || (_control.IsUnknown(type) && defect == WebTransportDefect.RefusesUnknownFrames)
                    ? WebTransportErrorCode.FrameUnexpected : 0;
        }
    }

    private long BeginRequest(WebTransportSubjectStream stream, byte[] section)
    {
        if (_control.Settings is null && defect != WebTransportDefect.AnswersBeforeSettings)
        {
            // Held, with its frame, until SETTINGS have come.
            stream.Input.InsertRange(0, Http3Bytes.Frame(Http3Bytes.HeadersFrame, section));
            stream.Kind = SubjectStreamKind.Unknown;
            return 0;
        }

        if (QpackDecoder.Decode(section, 1 << 16, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out _)
            != System.Buffers.OperationStatus.Done || (defect == WebTransportDefect.NoHuffman && section.AsSpan().Contains((byte)0x8C)))
        {
            if (defect == WebTransportDefect.BadSectionsAre400
                || (defect == WebTransportDefect.AnyStaticIndex && error == WebTransportProtocolError.QpackInvalidStaticIndex))
            {
                Respond(stream, 400);
                return 0;
            }

            return WebTransportErrorCode.QpackDecompressionFailed;
        }

        stream.HasBegun = true;
        WebTransportSubjectHeaders headers = new(defect, fields);
        bool meets = _control.Settings?.Exists(s => s.Id == 0x33 && s.Value > 0) == true || defect == WebTransportDefect.IgnoresRequirements;
        int? status = _control.Settings is null ? 400 : meets ? headers.Judge("webtransport-h3") : 0;
        if (status == 0)
        {
            Abort(stream, WebTransportErrorCode.MessageError);
        }
        else if (status is { } refused)
        {
            Respond(stream, refused);
        }
        else if (_sessions.Count > 0 && !_control.HasFlowControl && defect != WebTransportDefect.TakesManySessions)
        {
            Abort(stream, WebTransportErrorCode.RequestRejected);
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

        carrier.SendStream(stream.Id, Http3Bytes.Headers(fields), endStream: false);
        WebTransportSubjectSession session = _sessions[stream.Id] = new WebTransportSubjectSession(defect, _control.HasFlowControl);
        foreach (WebTransportSubjectStream waiting in _streams.Values
            .Where(s => s.Kind == SubjectStreamKind.Waiting && s.Session == stream.Id).ToArray())
        {
            Attach(waiting, session);
            Echo(waiting);
        }
    }

    private void Respond(WebTransportSubjectStream stream, int status)
    {
        stream.Kind = SubjectStreamKind.Over;
        carrier.SendStream(stream.Id, Http3Bytes.Headers((":status", $"{status}")), endStream: true);
    }

    private void TakeCapsules(WebTransportSubjectStream stream, WebTransportSubjectSession session, byte[] data)
    {
        if (session.Take(data) is { } code)
        {
            Fail(stream.Id, code);
        }
        else if (session.IsClosed)
        {
            EndSession(stream.Id, answers: defect != WebTransportDefect.CloseUnanswered);
        }
    }

    /// <summary>Ends a session with an error.</summary>
    private void Fail(long id, long code)
    {
        Abort(Find(id), code);
        EndSession(id, answers: false);
    }

    private void EndSession(long id, bool answers)
    {
        _sessions.Remove(id);
        _gone.Add(id);
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

    private void ReadInstructions(WebTransportSubjectStream stream)
    {
        byte[] bytes = [.. stream.Input];
        stream.Input.Clear();
        bool isRight = stream.Kind == SubjectStreamKind.Encoder
            ? defect == WebTransportDefect.AnyInstruction || bytes.All(b => b == 0x20)
            : defect == WebTransportDefect.AnyDecoderInstruction || bytes.All(b => (b & 0xC0) == 0x40);
        if (!isRight)
        {
            Close(stream.Kind == SubjectStreamKind.Encoder ? WebTransportErrorCode.QpackEncoderStreamError
                : WebTransportErrorCode.QpackDecoderStreamError);
        }
        else if (stream.HasEnded && defect != WebTransportDefect.ForgetsEncoder)
        {
            Close(WebTransportErrorCode.ClosedCriticalStream);
        }
    }

    private void ReceiveDatagram(ReadOnlySpan<byte> datagram)
    {
        if (!Http3Bytes.TryRead(datagram, out long quarter, out int length))
        {
            if (defect != WebTransportDefect.AnyDatagram)
            {
                Close(WebTransportErrorCode.DatagramError);
            }
        }
        else if (quarter >= 1L << 60 && defect != WebTransportDefect.LargeQuarterIds)
        {
            Close(WebTransportErrorCode.DatagramError);
        }
        else if (!_sessions.ContainsKey(unchecked(4 * quarter)))
        {
            if (defect == WebTransportDefect.UnknownDatagramIsFatal)
            {
                Close(WebTransportErrorCode.IdError);
            }
        }
        else if (length < datagram.Length || defect != WebTransportDefect.DropsEmptyDatagrams)
        {
            carrier.SendDatagram([.. Http3Bytes.Integer(quarter), .. datagram[length..]]);
        }
    }

    private void ReceiveReset(WebTransportSubjectStream stream, long code)
    {
        stream.HasEnded = true;
        switch (stream.Kind)
        {
            case SubjectStreamKind.Control when defect != WebTransportDefect.ForgetsControl:
            case SubjectStreamKind.Encoder or SubjectStreamKind.Decoder when defect != WebTransportDefect.ForgetsEncoder:
                Close(WebTransportErrorCode.ClosedCriticalStream);
                break;
            case SubjectStreamKind.Request when _sessions.ContainsKey(stream.Id):
                EndSession(stream.Id, answers: false);
                carrier.ResetStream(stream.Id, WebTransportErrorCode.RequestCancelled, 0);
                break;
            case SubjectStreamKind.Data:
                ResetEcho(stream, code);
                break;
            default:
                break;
        }
    }

    private void ResetEcho(WebTransportSubjectStream stream, long code)
    {
        stream.Kind = SubjectStreamKind.Over;
        if (!WebTransportErrorCode.TryGetApplicationCode(code, out uint application) && defect == WebTransportDefect.ForeignCodesAreFatal)
        {
            Close(WebTransportErrorCode.IdError);
        }
        else if (stream.Answer >= 0)
        {
            carrier.ResetStream(stream.Answer, defect switch
            {
                WebTransportDefect.CodesPlain => application,
                WebTransportDefect.CodesOffByOne => WebTransportErrorCode.FirstApplicationError + application,
                _ => WebTransportErrorCode.FromApplicationCode(application),
            }, 0);
        }
    }

    private void Abort(WebTransportSubjectStream stream, long code)
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

    private void Close(long code)
    {
        _isClosed = true;
        carrier.Close(defect == WebTransportDefect.WrongCode ? WebTransportErrorCode.InternalError : code, "");
    }
}
