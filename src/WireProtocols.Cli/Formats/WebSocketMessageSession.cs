using System.Buffers;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Formats;

/// <summary>
/// Shows whole messages, fragments joined and compressed ones inflated, and the control frames between them.
/// </summary>
internal sealed class WebSocketMessageSession(FormatRun run, WebSocketRole sender, WebSocketMessageDecoder decoder)
    : ElementSession<WebSocketMessagePart>(run)
{
    private readonly WebSocketMessagePrinter _printer = new(run.Json, run.Rows, run.View);
    private readonly PayloadCollector _payload = run.CreateCollector();

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out WebSocketMessagePart element)
        => decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput() => decoder.Complete();

    protected override void Fail() => WebSocketViolations.Report(Run, decoder.Error, decoder.ErrorOffset);

    protected override void Dispose(bool disposing)
    {
        decoder.Dispose();
        base.Dispose(disposing);
    }

    protected override bool Accept(scoped in WebSocketMessagePart part)
    {
        if (part.Opcode.IsControl())
        {
            ShowControl(part.Opcode, part.Payload);
        }
        else
        {
            Gather(part);
        }

        return true;
    }

    private void Gather(scoped in WebSocketMessagePart part)
    {
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
        // A control frame's length stands in 7 bits, so its header is 2 bytes, and 4 of the masking key.
        int headerLength = sender == WebSocketRole.Server ? 2 : 6;
        long offset = decoder.Position - payload.Length - headerLength;
        bool hasCode = opcode == WebSocketOpcode.Close && payload.Length >= 2;
        WebSocketClosePayload.Decode(payload, out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _);
        if (!Run.Json)
        {
            string text = hasCode ? $": {WebSocketNames.Of(code)} {SafeText.Quote(reason)}" : payload.IsEmpty ? "" : $": {SafeText.Quote(payload)}";
            Run.View.Element(offset, WebSocketNames.Of(opcode) + text);
            return;
        }

        Utf8JsonWriter row = Run.Rows.Begin("control"u8);
        row.WriteString("opcode"u8, WebSocketNames.Of(opcode));
        Run.Rows.WriteOffset(offset);
        row.WriteNumber("length"u8, payload.Length);
        Run.Rows.WritePayload(payload);
        if (hasCode)
        {
            row.WriteNumber("closeCode"u8, (int)code);
            row.WriteString("closeReason"u8, reason);
        }

        Run.Rows.End();
    }
}
