using System.Buffers;
using System.Text;
using WireProtocols.Cli.Formats;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Traffic;

/// <summary>The responses of a server.</summary>
internal sealed class ResponseStage(FormatRun run, HttpAgenda agenda, TrafficSettings settings) : HttpMessageStage(run, settings)
{
    private readonly Http1ResponseDecoder _decoder = new(settings.Heads);

    protected override TrafficStage? BeginHead(byte first)
    {
        _decoder.Reset();
        _decoder.AnswersConnect = agenda.Next.Method == "CONNECT";
        return null;
    }

    protected override OperationStatus DecodeHead(
        ReadOnlySpan<byte> bytes, long end, out int consumed, out HttpBody? body, out TrafficStage? next)
    {
        (body, next) = (null, null);
        OperationStatus status = _decoder.Decode(bytes, out consumed, out Http1ResponseHead head);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        end += consumed;
        HttpQuestion question = agenda.Next;
        Http1BodyFraming framing = Http1BodyFraming.OfResponse(head, Encoding.ASCII.GetBytes(question.Method));
        HeadPrinter.Print(Run.Within(end - head.Bytes.Length), head, framing);
        if (head.StatusCode is >= 200 or 101)
        {
            agenda.Answer();
        }

        if (framing.Kind == Http1BodyKind.Tunnel)
        {
            HttpSwitch switched = SwitchedStages.Read(head);
            agenda.Switched = switched;
            next = SwitchedStages.Create(Run.Within(end), TrafficSide.Server, switched, agenda, Settings);
        }
        else
        {
            body = HttpBodies.Create(Run.Within(end), framing, head.Fields, question, Settings);
        }

        return status;
    }

    protected override OperationStatus CompleteHead() => _decoder.Complete();

    protected override void Fail(long headStart)
        => HeadPrinter.Fail(Run.Within(headStart), _decoder.Error, _decoder.ErrorOffset, Settings, "a gateway answers with");

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }
}
