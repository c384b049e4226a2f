using System.Buffers;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Decode;

/// <summary>
/// Shows whole messages: fragments joined, compressed ones inflated. The view for a person also says a word on each control frame; the rows
/// are messages alone.
/// </summary>
internal sealed class WebSocketMessageSession(DecodeRun run, WebSocketRole sender, WebSocketMessageDecoder decoder) : DecodeSession(run)
{
    private readonly WebSocketMessagePrinter _printer = new(run.Json, run.Rows, run.View);
    private readonly PayloadCollector _payload = run.CreateCollector();

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(bytes, out int consumed, out WebSocketMessagePart part);
            bytes = bytes[consumed..];
            switch (status)
            {
                case OperationStatus.Done:
                    Accept(part);
                    break;
                case OperationStatus.NeedMoreData:
                    return true;
                default:
                    WebSocketViolations.Report(Run, decoder.Error, decoder.ErrorOffset);
                    return false;
            }
        }
    }

    public override void Complete()
    {
        if (decoder.Complete() != OperationStatus.Done)
        {
            WebSocketViolations.Report(Run, decoder.Error, decoder.ErrorOffset);
        }
    }

    protected override void Dispose(bool disposing)
    {
        decoder.Dispose();
        base.Dispose(disposing);
    }

    private void Accept(scoped in WebSocketMessagePart part)
    {
        if (part.Opcode.IsControl())
        {
            ShowControl(part.Opcode, part.Payload);
            return;
        }

        // A message that is here at once needs no copy.
        bool whole = part.IsFirst && part.IsLast;
        if (!whole)
        {
            _payload.Append(part.Payload);
        }

        if (part.IsLast)
        {
            _printer.Print(decoder, part.Opcode, whole ? part.Payload : _payload.Kept, whole ? part.Payload.Length : _payload.Length);
            _payload.Clear();
        }
    }

    private void ShowControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        if (Run.Json)
        {
            return;
        }

        WebSocketClosePayload.Decode(payload, out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _);
        string text = opcode == WebSocketOpcode.Close && payload.Length >= 2
            ? $": {WebSocketNames.Of(code)} {SafeText.Quote(reason)}"
            : payload.IsEmpty ? "" : $": {SafeText.Quote(payload)}";

        // A control frame's length stands in 7 bits, so its header is 2 bytes, and 4 of the masking key.
        int headerLength = sender == WebSocketRole.Server ? 2 : 6;
        Run.View.Element(decoder.Position - payload.Length - headerLength, WebSocketNames.Of(opcode) + text);
    }
}
