using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.Traffic;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Decode;

/// <summary>One direction of a connection of HTTP/1.1: heads, bodies, and what follows an upgrade.</summary>
internal sealed class Http1Format : DecodeFormat
{
    private readonly Option<string> _from = CreateFrom();

    private readonly Option<string> _method = new("--request-method")
    {
        Description = "The method of the requests that these responses answer: a HEAD has no body behind its head.",
        HelpName = "METHOD",
        DefaultValueFactory = _ => "GET",
    };

    private readonly Option<int> _maxHead = CommonOptions.Count(
        "--max-head", "The most bytes of a head.", Http1Options.Default.MaxHeadLength, 20);

    private readonly Option<bool> _unescaped = new("--allow-unescaped-target")
    {
        Description = "Take what RFC 3986 wants percent-encoded in a request-target, as browsers send it.",
    };

    private readonly Option<bool> _codings = new("--allow-other-codings") { Description = "Take transfer codings besides chunked." };

    private readonly Option<bool> _reason = new("--allow-missing-reason-space")
    {
        Description = "Take a status-line that ends after the status code.",
    };

    public override string Name => "http1";

    public override string Description => "HTTP/1.1 messages, heads and bodies, and WebSocket frames behind an upgrade (RFC 9112)";

    public override IEnumerable<Option> Options => [_from, _method, _maxHead, _unescaped, _codings, _reason];

    public override FormatSession Start(DecodeRun run)
    {
        TrafficSettings settings = new() { StopsAtViolation = true, IsRemembered = true, Heads = ReadLimits(run), RaisesHead = "--max-head" };
        return new Session(run, run.Get(_from) ?? "auto", OpeningStage.CreateAgenda(settings, run.Get(_method) ?? "GET"), settings);
    }

    private Http1Options ReadLimits(DecodeRun run) => new()
    {
        MaxHeadLength = run.Get(_maxHead),
        MaxStartLineLength = run.Get(_maxHead),
        MaxFieldLineLength = run.Get(_maxHead),
        MaxFieldCount = run.Get(_maxHead),
        AllowUnescapedTarget = run.Get(_unescaped),
        AllowOtherTransferCodings = run.Get(_codings),
        AllowMissingReasonSpace = run.Get(_reason),
    };

    private static Option<string> CreateFrom()
    {
        Option<string> from = new("--from")
        {
            Description = "Who sent these bytes; where it is left out, a response begins with HTTP/.",
            DefaultValueFactory = _ => "auto",
        };
        from.AcceptOnlyFromAmong("client", "server", "auto");
        return from;
    }

    /// <summary>Hands the bytes to the direction that they are.</summary>
    private sealed class Session(DecodeRun run, string from, HttpAgenda agenda, TrafficSettings settings) : FormatSession(run)
    {
        private const string Response = "HTTP/";

        private readonly List<byte> _held = [];
        private TrafficStage? _first = Choose(run, from, agenda, settings);
        private TrafficFlow? _flow;

        public override bool Feed(ReadOnlySpan<byte> bytes)
        {
            if (_flow is null)
            {
                _held.AddRange(bytes);
                if (_first is null && _held.Count < Response.Length && Response.StartsWith(HeldText, StringComparison.Ordinal))
                {
                    return true;
                }

                byte[] held = [.. _held];
                Begin().Feed(held);
            }
            else
            {
                _flow.Feed(bytes);
            }

            return Run.Status == ExitStatus.Ok;
        }

        public override void Complete()
        {
            if (_flow is null && _held.Count > 0)
            {
                Begin().Feed([.. _held]);
            }

            _flow?.Complete();
        }

        protected override void Dispose(bool disposing)
        {
            _flow?.Dispose();
            base.Dispose(disposing);
        }

        private string HeldText => string.Concat(_held.Select(b => (char)b));

        private static TrafficStage? Choose(FormatRun run, string from, HttpAgenda agenda, TrafficSettings settings) => from switch
        {
            "client" => new RequestStage(run, agenda, settings),
            "server" => new ResponseStage(run, agenda, settings),
            _ => null,
        };

        private TrafficFlow Begin()
        {
            bool isResponse = HeldText.StartsWith(Response, StringComparison.Ordinal);
            _first ??= Choose(Run, isResponse ? "server" : "client", agenda, settings);
            return _flow = new TrafficFlow(Run, _first!, settings);
        }
    }
}
