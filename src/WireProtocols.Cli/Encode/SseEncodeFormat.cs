using System.CommandLine;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Encode;

/// <summary>An event stream. A row's <c>lastEventId</c> becomes an ID where it is another than that of the row before.</summary>
internal sealed class SseEncodeFormat : EncodeFormat
{
    private readonly Option<string> _lastEventId = CommonOptions.LastEventId("The last event ID that the reader has already.");

    public override string Name => "sse";

    public override string Description => "An event stream of Server-Sent Events (HTML §9.2)";

    public override IEnumerable<Option> Options => [_lastEventId];

    public override EncodeSession Start(EncodeRun run) => new Session(run, run.Get(_lastEventId) ?? "");

    private sealed class Session(EncodeRun run, string lastEventId) : EncodeSession(run)
    {
        private string _lastEventId = lastEventId;

        public override void Encode(EncodeRow row)
        {
            row.Expect("event", "comment", "retry", "end");
            switch (row.Kind)
            {
                case "event":
                    string type = row.GetString("type", "message");
                    EventStreamEncoder.WriteEvent(Run.Output, row.GetString("data"), type == "message" ? null : type, TakeId(row));
                    break;
                case "comment":
                    EventStreamEncoder.WriteComment(Run.Output, row.GetString("text", ""));
                    break;
                case "retry":
                    EventStreamEncoder.WriteRetry(Run.Output, row.GetInt64("milliseconds"));
                    break;
                case "end" when TakeId(row) is { } id:
                    WriteIdAlone(id);
                    break;
            }
        }

        /// <returns>The row's ID where it changes, or null.</returns>
        private string? TakeId(EncodeRow row)
        {
            string id = row.GetString("lastEventId", _lastEventId);
            if (id == _lastEventId)
            {
                return null;
            }

            _lastEventId = id;
            return id;
        }

        private void WriteIdAlone(string id)
        {
            if (id.Length == 0)
            {
                EventStreamEncoder.WriteIdReset(Run.Output);
            }
            else
            {
                EventStreamEncoder.WriteId(Run.Output, id);
            }
        }
    }
}
