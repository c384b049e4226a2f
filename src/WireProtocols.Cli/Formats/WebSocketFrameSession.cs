using System.Buffers;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows frames.</summary>
/// <param name="run">Where they are shown.</param>
/// <param name="decoder">Makes frames of the bytes.</param>
/// <param name="lenient">Whether illegal frames are shown, and those behind them.</param>
/// <param name="inflated">Shows what compressed messages say, behind their last frame; null where nobody does.</param>
internal sealed class WebSocketFrameSession(
    FormatRun run, WebSocketFrameDecoder decoder, bool lenient, WebSocketInflatedView? inflated = null) : FormatSession(run)
{
    private readonly WebSocketFramePrinter _printer = new(run.Json, run.Rows, run.View);
    private readonly PayloadCollector _payload = run.CreateCollector();
    private WebSocketTextCheck _text;
    private long _textError = -1;

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(bytes, out int consumed, out WebSocketFramePart part);
            ReadOnlySpan<byte> taken = bytes[..consumed];
            bytes = bytes[consumed..];
            switch (status)
            {
                case OperationStatus.Done when Accept(part):
                    inflated?.Feed(taken);
                    break;
                case OperationStatus.NeedMoreData:
                    inflated?.Feed(taken);
                    return true;
                case OperationStatus.InvalidData:
                    WebSocketViolations.Report(Run, decoder.Error, decoder.ErrorOffset);
                    return false;
                default:
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
        inflated?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Takes a frame or a piece of one.</summary>
    /// <returns>False after a violation.</returns>
    private bool Accept(scoped in WebSocketFramePart part)
    {
        long index = _text.FindError(part);
        if (index >= 0)
        {
            _textError = part.Offset + part.Header.HeaderLength + index;
            if (!lenient)
            {
                WebSocketViolations.Report(Run, WebSocketProtocolError.InvalidText, _textError);
                return false;
            }
        }

        // A frame that is here at once needs no copy.
        bool whole = part.IsFirst && part.IsLast;
        if (!whole)
        {
            _payload.Append(part.Payload);
        }

        if (part.IsLast)
        {
            Print(part, whole ? part.Payload : _payload.Kept);
            _payload.Clear();
        }

        return true;
    }

    private void Print(scoped in WebSocketFramePart part, ReadOnlySpan<byte> payload)
    {
        _printer.Print(part.Header, part.Offset, payload);
        if (part.Header.Fin && !part.Header.Opcode.IsControl())
        {
            Run.Counter?.Invoke();
        }

        if (part.Violation != WebSocketProtocolError.None)
        {
            WebSocketViolations.Report(Run, part.Violation, part.Offset + WebSocketViolations.IndexOf(part.Violation, part.Header, payload));
        }

        if (_textError >= 0)
        {
            WebSocketViolations.Report(Run, WebSocketProtocolError.InvalidText, _textError);
            _textError = -1;
        }
    }
}
