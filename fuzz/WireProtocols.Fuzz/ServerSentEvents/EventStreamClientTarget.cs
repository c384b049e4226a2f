using WireProtocols.Fuzz.ServerSentEvents.Schedules;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>
/// A client whose server, network, clock and application do what the input says: streams that are cut anywhere, refusals, connections that fail or
/// never come about, waits that are cancelled, closing at any time. The server sends what stands behind <c>Last-Event-ID</c>: so each event comes
/// once and in order, whatever happens, and everything ends.
/// </summary>
public sealed class EventStreamClientTarget : FuzzTarget
{
    public override string Name => "event-stream-client";

    public override string CodeNamespace => "WireProtocols.ServerSentEvents";

    public override void Run(ReadOnlySpan<byte> input) => PlayAsync(new TapeRandom(input.ToArray())).GetAwaiter().GetResult();

    private static async Task PlayAsync(TapeRandom tape)
    {
        await using ReaderRound round = new(tape);
        await round.PlayAsync();
    }
}
