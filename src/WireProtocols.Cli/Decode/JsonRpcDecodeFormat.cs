using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.JsonRpc;

namespace WireProtocols.Cli.Decode;

/// <summary>Messages of JSON-RPC, behind header fields or on lines.</summary>
internal sealed class JsonRpcDecodeFormat : DecodeFormat
{
    private readonly Option<string> _framing = CreateFraming();

    private readonly Option<bool> _continue = new("--continue-on-error")
    {
        Description = "Go on with the next message after a bad one, and say how much was skipped.",
    };

    private readonly Option<bool> _single = new("--no-batch") { Description = "Messages come one at a time, as in LSP and newer MCP." };

    private readonly Option<bool> _noValidate = new("--no-validate") { Description = "Tell messages apart and do not look into them." };

    public override string Name => "json-rpc";

    public override string Description => "JSON-RPC 2.0 behind header fields (LSP, DAP, BSP) or on lines (MCP, ACP)";

    public override IEnumerable<Option> Options => [_framing, _continue, _single, _noValidate];

    public override FormatSession Start(DecodeRun run) => new JsonRpcSession(run, new JsonRpcOptions
    {
        Framing = run.Get(_framing) == "lines" ? JsonRpcFraming.Lines : JsonRpcFraming.HeaderFields,
        MaxContentLength = run.MaxElement,
        ContinueOnError = run.Get(_continue),
        AllowBatch = !run.Get(_single),
        Validate = !run.Get(_noValidate),
    });

    private static Option<string> CreateFraming()
    {
        Option<string> framing = new("--framing") { Description = "How messages are told apart.", DefaultValueFactory = _ => "header" };
        framing.AcceptOnlyFromAmong("header", "lines");
        return framing;
    }
}
