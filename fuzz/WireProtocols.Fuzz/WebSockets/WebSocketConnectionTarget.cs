using WireProtocols.Fuzz.WebSockets.Schedules;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// A connection whose peer, transport, clock and application do what the input says: receive in every way, send, ping, close, cancel, abort and
/// dispose, on a transport that splits, stalls and fails. A message is delivered whole and once, or not, and everything ends.
/// </summary>
public sealed class WebSocketConnectionTarget : FuzzTarget
{
    public override string Name => "websocket-connection";

    public override string CodeNamespace => "WireProtocols.WebSockets";

    public override void Run(ReadOnlySpan<byte> input) => PlayAsync(new TapeRandom(input.ToArray())).GetAwaiter().GetResult();

    private static async Task PlayAsync(TapeRandom tape)
    {
        await using ScheduleRound round = new(tape, isParallel: false);
        await round.PlayAsync();
    }
}
