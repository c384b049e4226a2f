using WireProtocols.Fuzz.Http1.Schedules;

namespace WireProtocols.Fuzz.Http1;

/// <summary>
/// A client's connection whose server, transport, clock and application do what the input says: requests with bodies of every framing, responses
/// that are whole, cut, damaged or not asked for, reads that are cancelled, flushes that fail or hang. A response belongs to its request, a body is
/// whole or is an error, what goes out is what was asked for, and everything ends.
/// </summary>
public sealed class Http1ClientTarget : FuzzTarget
{
    public override string Name => "http1-client";

    public override string CodeNamespace => "WireProtocols.Http1";

    public override void Run(ReadOnlySpan<byte> input) => PlayAsync(new TapeRandom(input.ToArray())).GetAwaiter().GetResult();

    private static async Task PlayAsync(TapeRandom tape)
    {
        await using ClientRound round = new(tape);
        await round.PlayAsync();
    }
}
