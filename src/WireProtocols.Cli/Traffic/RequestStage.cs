using System.Buffers;
using System.Text;
using WireProtocols.Cli.Formats;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Traffic;

/// <summary>The requests of a client.</summary>
internal sealed class RequestStage(FormatRun run, HttpAgenda agenda, TrafficSettings settings) : HttpMessageStage(run, settings)
{
    /// <summary>A byte that no method begins with, but a WebSocket frame that ends a message does.</summary>
    private const byte FinalFrame = 0x80;

    private readonly Http1RequestDecoder _decoder = new(settings.Heads);
    private bool _asksForWebSocket;

    protected override TrafficStage? BeginHead(byte first)
    {
        if (agenda.Switched is { } switched)
        {
            return SwitchedStages.Create(Run.Within(Position), TrafficSide.Client, switched, agenda, Settings);
        }

        if (_asksForWebSocket && first >= FinalFrame)
        {
            // The answer is not known, or comes later; these are frames.
            return SwitchedStages.Create(Run.Within(Position), TrafficSide.Client, new HttpSwitch("websocket", null), agenda, Settings);
        }

        _decoder.Reset();
        return null;
    }

    protected override OperationStatus DecodeHead(
        ReadOnlySpan<byte> bytes, long end, out int consumed, out HttpBody? body, out TrafficStage? next)
    {
        (body, next) = (null, null);
        OperationStatus status = _decoder.Decode(bytes, out consumed, out Http1RequestHead head);
        if (status == OperationStatus.Done)
        {
            end += consumed;
            Http1BodyFraming framing = Http1BodyFraming.OfRequest(head);
            HeadPrinter.Print(Run.Within(end - head.Bytes.Length), head, framing);
            head.Fields.TryGetValue("last-event-id"u8, out ReadOnlySpan<byte> lastEventId);
            agenda.Ask(new HttpQuestion(Encoding.ASCII.GetString(head.Method), Encoding.UTF8.GetString(lastEventId)));
            _asksForWebSocket = head.Fields.ContainsElement("upgrade"u8, "websocket"u8);
            body = HttpBodies.Create(Run.Within(end), framing, head.Fields, question: null, Settings);
        }

        return status;
    }

    protected override OperationStatus CompleteHead() => _decoder.Complete();

    protected override void Fail(long headStart)
        => HeadPrinter.Fail(Run.Within(headStart), _decoder.Error, _decoder.ErrorOffset, Settings, "a server answers with");

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }
}
