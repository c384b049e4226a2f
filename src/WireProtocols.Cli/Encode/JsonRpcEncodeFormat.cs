using System.CommandLine;
using WireProtocols.JsonRpc;

namespace WireProtocols.Cli.Encode;

/// <summary>Messages of JSON-RPC, behind header fields or on lines.</summary>
internal sealed class JsonRpcEncodeFormat : EncodeFormat
{
    private readonly Option<string> _framing = CreateFraming();

    public override string Name => "json-rpc";

    public override string Description => "JSON-RPC 2.0 behind header fields or on lines; rows of the kind message";

    public override IEnumerable<Option> Options => [_framing];

    public override EncodeSession Start(EncodeRun run) => new Session(run, new JsonRpcWriterOptions
    {
        Framing = run.Get(_framing) == "lines" ? JsonRpcFraming.Lines : JsonRpcFraming.HeaderFields,
        Validate = false,
    });

    private static Option<string> CreateFraming()
    {
        Option<string> framing = new("--framing") { Description = "How messages are told apart.", DefaultValueFactory = _ => "header" };
        framing.AcceptOnlyFromAmong("header", "lines");
        return framing;
    }

    private sealed class Session(EncodeRun run, JsonRpcWriterOptions options) : EncodeSession(run)
    {
        public override void Encode(EncodeRow row)
        {
            row.Expect("message", "end");
            if (row.Kind == "message")
            {
                using JsonRpcWriter writer = new(Run.Output, options);
                writer.Write(row.GetBytes("payload"));
            }
        }
    }
}
