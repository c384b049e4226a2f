using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Decode;

/// <summary>One direction of a WebSocket connection, after the handshake: its frames, or its messages.</summary>
internal sealed class WebSocketFormat : DecodeFormat
{
    private readonly Option<string> _from = CommonOptions.From("Who sent these bytes: a client masks its frames, a server does not.");

    private readonly Option<bool> _deflate = new("--deflate") { Description = "permessage-deflate was negotiated (RFC 7692)." };

    private readonly Option<bool> _messages = new("--messages") { Description = "Show whole messages, not frames." };

    private readonly Option<bool> _lenient = new("--lenient") { Description = "Show frames that break a rule, with the rule, and go on." };

    public override string Name => "websocket";

    public override IReadOnlyList<string> Aliases => ["ws"];

    public override string Description => "WebSocket frames, after the handshake (RFC 6455)";

    public override IEnumerable<Option> Options => [_from, _deflate, _messages, _lenient];

    public override FormatSession Start(DecodeRun run)
    {
        WebSocketRole sender = run.Get(_from) == "server" ? WebSocketRole.Server : WebSocketRole.Client;
        if (!run.Get(_messages))
        {
            return StartFrames(run, sender);
        }

        return run.Get(_lenient) ? throw ToolException.Usage("--lenient shows frames; it does not go with --messages.") : StartMessages(run, sender);
    }

    private WebSocketFrameSession StartFrames(DecodeRun run, WebSocketRole sender)
    {
        WebSocketFrameOptions options = new()
        {
            MaxPayloadLength = run.MaxElement,
            WholePayloadLength = 0,
            ReservedBits = run.Get(_deflate) ? WebSocketReservedBits.Rsv1 : WebSocketReservedBits.None,
            Lenient = run.Get(_lenient),
        };
        return new WebSocketFrameSession(run, new WebSocketFrameDecoder(sender, options), options.Lenient);
    }

    private WebSocketMessageSession StartMessages(DecodeRun run, WebSocketRole sender)
    {
        // What a message may cost is bounded by its length alone: whoever looks at one wants to see it.
        WebSocketMessageOptions options = new()
        {
            MaxMessageLength = run.MaxElement,
            MaxFramePayloadLength = run.MaxElement,
            MaxFragments = int.MaxValue,
            MaxEmptyFragments = int.MaxValue,
            MaxInflationRatio = int.MaxValue,
        };
        WebSocketDeflateParameters? deflate = run.Get(_deflate) ? new WebSocketDeflateParameters() : null;
        return new WebSocketMessageSession(run, sender, new WebSocketMessageDecoder(sender, options, deflate));
    }
}
