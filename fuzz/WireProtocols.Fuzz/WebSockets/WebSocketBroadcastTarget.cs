using WireProtocols.Fuzz.WebSockets.Schedules;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// A broadcaster whose members come and go, join topics, read slowly or not at all, are closed and lost, while messages are published to all, to
/// topics and to all but one. Each member sees what was said while it was there, in order and once; nobody who reads loses anything; everything
/// ends.
/// </summary>
public sealed class WebSocketBroadcastTarget : FuzzTarget
{
    public override string Name => "websocket-broadcast";

    public override string CodeNamespace => "WireProtocols.WebSockets";

    public override void Run(ReadOnlySpan<byte> input) => PlayAsync(new TapeRandom(input.ToArray())).GetAwaiter().GetResult();

    private static async Task PlayAsync(TapeRandom tape)
    {
        BroadcastRound round = new(tape);
        await round.PlayAsync();
    }
}
