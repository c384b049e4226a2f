using System.Buffers;
using System.CommandLine;
using WireProtocols.Cli.View;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Decode;

/// <summary>An event stream.</summary>
internal sealed class SseFormat : DecodeFormat
{
    private readonly Option<string> _lastEventId = CommonOptions.LastEventId("The last event ID that an earlier connection left off with.");

    public override string Name => "sse";

    public override string Description => "An event stream of Server-Sent Events (HTML §9.2)";

    public override IEnumerable<Option> Options => [_lastEventId];

    public override DecodeSession Start(DecodeRun run)
        => new Session(run, new EventStreamDecoder(CommonOptions.EventStreamLimits(run.MaxElement), run.Get(_lastEventId)));

    private sealed class Session(DecodeRun run, EventStreamDecoder decoder) : DecodeSession(run)
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
}
