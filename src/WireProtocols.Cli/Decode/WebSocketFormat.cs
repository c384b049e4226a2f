using System.CommandLine;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Decode;

/// <summary>One direction of a WebSocket connection, after the handshake: its frames, or its messages.</summary>
internal sealed class WebSocketFormat : DecodeFormat
{
    private readonly Option<string> _from = CreateFrom("Who sent these bytes: a client masks its frames, a server does not.");

    private readonly Option<bool> _deflate = new("--deflate") { Description = "permessage-deflate was negotiated (RFC 7692)." };

    private readonly Option<bool> _messages = new("--messages") { Description = "Show whole messages, not frames." };

    private readonly Option<bool> _lenient = new("--lenient") { Description = "Show frames that break a rule, with the rule, and go on." };

    public override string Name => "websocket";

    public override IReadOnlyList<string> Aliases => ["ws"];

    public override string Description => "WebSocket frames, after the handshake (RFC 6455)";

    public override IEnumerable<Option> Options => [_from, _deflate, _messages, _lenient];

    /// <summary>The option <c>--from client|server</c>.</summary>
    public static Option<string> CreateFrom(string description)
    {
        Option<string> from = new("--from") { Description = description, DefaultValueFactory = _ => "client" };
        from.AcceptOnlyFromAmong("client", "server");
        return from;
    }

    public override DecodeSession Start(DecodeRun run)
    {
        WebSocketFrameOptions options = new()
        {
            MaxPayloadLength = run.MaxElement,
            WholePayloadLength = 0,
            ReservedBits = run.Get(_deflate) ? WebSocketReservedBits.Rsv1 : WebSocketReservedBits.None,
            Lenient = run.Get(_lenient),
        };
        WebSocketFrameDecoder decoder = new(run.Get(_from) == "server" ? WebSocketRole.Server : WebSocketRole.Client, options);
        return run.Get(_messages)
            ? new WebSocketMessageSession(run, decoder, options.Lenient)
            : new WebSocketFrameSession(run, decoder, options.Lenient);
    }
}
