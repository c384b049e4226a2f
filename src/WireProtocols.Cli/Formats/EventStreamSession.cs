using System.Buffers;
using WireProtocols.Cli.View;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows events, comments and reconnection times.</summary>
internal sealed class EventStreamSession(FormatRun run, EventStreamDecoder decoder) : FormatSession(run)
{
    private readonly EventStreamPrinter _printer = new(run.Json, run.Rows, run.View);

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(bytes, out int consumed, out EventStreamElement element);
            bytes = bytes[consumed..];
            if (status == OperationStatus.Done)
            {
                _printer.Print(element);
                if (element.Kind == EventStreamElementKind.Event)
                {
                    Run.Counter?.Invoke();
                }
            }
            else if (status == OperationStatus.InvalidData)
            {
                Run.Fail(decoder.Error, decoder.Error.GetRule(), decoder.ErrorOffset, raise: "--max-element");
                return false;
            }
            else
            {
                return true;
            }
        }
    }

    public override void Complete()
    {
        bool unfinished = decoder.HasUnfinishedEvent;
        decoder.Complete();
        _printer.PrintEnd(decoder.LastEventIdBytes, decoder.Position, unfinished);
    }

    protected override void Dispose(bool disposing)
    {
        decoder.Dispose();
        base.Dispose(disposing);
    }
}
