using System.Buffers;
using System.CommandLine;
using WireProtocols.Cli.View;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Decode;

/// <summary>An event stream.</summary>
internal sealed class SseFormat : DecodeFormat
{
    private readonly Option<string> _lastEventId = CreateLastEventId("The last event ID that an earlier connection left off with.");

    public override string Name => "sse";

    public override string Description => "An event stream of Server-Sent Events (HTML §9.2)";

    public override IEnumerable<Option> Options => [_lastEventId];

    /// <summary>The option <c>--last-event-id S</c>.</summary>
    public static Option<string> CreateLastEventId(string description)
    {
        Option<string> option = new("--last-event-id") { Description = description, HelpName = "S", DefaultValueFactory = _ => "" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value.AsSpan().ContainsAny('\0', '\n', '\r'))
            {
                result.AddError("--last-event-id holds no NUL, LF or CR.");
            }
        });
        return option;
    }

    /// <summary>Limits that one option raises together.</summary>
    public static EventStreamOptions OptionsFor(int maxElement)
    {
        int limit = Math.Max(maxElement, EventStreamOptions.MinimumLimit);
        return new EventStreamOptions { MaxLineLength = limit, MaxEventLength = limit, MaxFieldLength = limit };
    }

    public override DecodeSession Start(DecodeRun run)
        => new Session(run, new EventStreamDecoder(OptionsFor(run.MaxElement), run.Get(_lastEventId)));

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
