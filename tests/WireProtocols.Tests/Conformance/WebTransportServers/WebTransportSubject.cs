using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>A WebTransport server that echoes, or a client, written for this by hand, with one mistake or none. It has one connection.</summary>
internal sealed class WebTransportSubject
{
    private readonly WebTransportSubjectConnection _connection;
    private readonly WebTransportSubjectEchoes _echoes;
    private readonly WebTransportSubjectRequests _requests;
    private readonly HashSet<SubjectStreamKind> _critical = [];

    public WebTransportSubject(
        IQuicCarrier carrier, WebTransportDefect defect, bool isClient = false, WebTransportManner manner = WebTransportManner.Plain)
    {
        _connection = new WebTransportSubjectConnection(carrier, defect, isClient);
        _echoes = new WebTransportSubjectEchoes(_connection);
        _requests = new WebTransportSubjectRequests(_connection, _echoes, Process, manner);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        _requests.Begin();
        while (!_connection.IsClosed && await _connection.Carrier.WaitToReadAsync(stop))
        {
            while (!_connection.IsClosed && _connection.Carrier.TryRead(out QuicEvent item))
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
                WebTransportSubjectStream stream = _connection.Find(item.StreamId);
                stream.Input.AddRange(item.Data.Span);
                stream.HasEnded |= item.EndStream;
                if (stream.Kind == SubjectStreamKind.Data)
                {
                    _echoes.Receive(stream, item.Data.Length);
                }

                Process(stream);
                stream.IsFirstRead = false;
                break;
            case QuicEventKind.Datagram:
                _echoes.EchoDatagram(item.Data.Span);
                break;
            case QuicEventKind.Reset:
                ReceiveReset(_connection.Find(item.StreamId), item.ErrorCode);
                break;
            case QuicEventKind.StopSending when _connection.Defect != WebTransportDefect.StopIgnored:
                _connection.Carrier.ResetStream(item.StreamId, item.ErrorCode, 0);
                break;
            case QuicEventKind.Close:
                _connection.IsClosed = true;
                break;
            default:
                break;
        }
    }

    private void Process(WebTransportSubjectStream stream)
    {
        if (stream.Kind == SubjectStreamKind.Unknown)
        {
            Identify(stream);
        }

        switch (stream.Kind)
        {
            case SubjectStreamKind.Control or SubjectStreamKind.Request:
                _requests.Read(stream);
                break;
            case SubjectStreamKind.Encoder or SubjectStreamKind.Decoder:
                ReadInstructions(stream);
                break;
            case SubjectStreamKind.Data:
                _echoes.Echo(stream);
                break;
            default:
                break;
        }
    }

    private void Identify(WebTransportSubjectStream stream)
    {
        if (!Http3Bytes.TryRead([.. stream.Input], out long type, out int length))
        {
            if (stream.HasEnded && stream.IsUnidirectional && _connection.Defect == WebTransportDefect.RefusesEmptyStreams)
            {
                _connection.Close(WebTransportErrorCode.StreamCreationError);
            }
            else if (stream is { HasEnded: true, IsUnidirectional: false })
            {
                _requests.EndRequest(stream);
            }

            return;
        }

        if (type == (stream.IsUnidirectional ? Http3Bytes.SessionStream : Http3Bytes.SessionSignal))
        {
            _echoes.BeginData(stream, length);
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
        WebTransportDefect takesTwo
            = stream.Kind == SubjectStreamKind.Control ? WebTransportDefect.TakesSecondControl : WebTransportDefect.SecondEncoder;
        bool isTwice = stream.Kind != SubjectStreamKind.Over && !_critical.Add(stream.Kind) && _connection.Defect != takesTwo;
        bool isPush = type == 1 && _connection.Defect != WebTransportDefect.TakesPushStreams;
        bool isUnknown = type > 3 && _connection.Defect == WebTransportDefect.RefusesUnknownStreams;
        if (isTwice || isPush || isUnknown)
        {
            _connection.Close(WebTransportErrorCode.StreamCreationError);
        }
    }

    private void ReadInstructions(WebTransportSubjectStream stream)
    {
        byte[] bytes = [.. stream.Input];
        stream.Input.Clear();
        bool isRight = stream.Kind == SubjectStreamKind.Encoder
            ? _connection.Defect == WebTransportDefect.AnyInstruction || bytes.All(b => b == 0x20)
            : _connection.Defect == WebTransportDefect.AnyDecoderInstruction || bytes.All(b => (b & 0xC0) == 0x40);
        if (!isRight)
        {
            _connection.Close(stream.Kind == SubjectStreamKind.Encoder ? WebTransportErrorCode.QpackEncoderStreamError
                : WebTransportErrorCode.QpackDecoderStreamError);
        }
        else if (stream.HasEnded && _connection.Defect != WebTransportDefect.ForgetsEncoder)
        {
            _connection.Close(WebTransportErrorCode.ClosedCriticalStream);
        }
    }

    private void ReceiveReset(WebTransportSubjectStream stream, long code)
    {
        stream.HasEnded = true;
        switch (stream.Kind)
        {
            case SubjectStreamKind.Control when _connection.Defect != WebTransportDefect.ForgetsControl:
            case SubjectStreamKind.Encoder or SubjectStreamKind.Decoder when _connection.Defect != WebTransportDefect.ForgetsEncoder:
                _connection.Close(WebTransportErrorCode.ClosedCriticalStream);
                break;
            case SubjectStreamKind.Request when _connection.Sessions.ContainsKey(stream.Id):
                _connection.EndSession(stream.Id, answers: false);
                _connection.Carrier.ResetStream(stream.Id, WebTransportErrorCode.RequestCancelled, 0);
                break;
            case SubjectStreamKind.Data:
                _echoes.Reset(stream, code);
                break;
            default:
                break;
        }
    }
}
