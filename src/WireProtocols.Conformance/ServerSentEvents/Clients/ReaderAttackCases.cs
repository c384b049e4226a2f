using static WireProtocols.Conformance.ConformanceFinding;
using static WireProtocols.Conformance.ReaderPlay;

namespace WireProtocols.Conformance;

/// <summary>Streams without an end, each bounded in what it costs. A client that takes in all of it has no limit.</summary>
internal static class ReaderAttackCases
{
    private const int Block = 64 * 1024;
    private const int Blocks = 512;

    private static readonly ConformanceRule Line = ConformanceRule.Security(
        "RFC 9110 §17.5",
        "Because HTTP uses mostly textual, character-delimited fields, parsers are often vulnerable to attacks based on sending very long (or very "
            + "slow) streams of data, particularly where an implementation is expecting a protocol element with no predefined length",
        "Limit a line and an event, and end the connection.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Endless("data-line", "data: ", "dddddddddddddddd"),
        Endless("data-lines", "", "data: 123456789\n"),
        Endless("comment", ": ", "cccccccccccccccc"),
        Endless("name", "", "nnnnnnnnnnnnnnnn"),
        Endless("id", "id: ", "iiiiiiiiiiiiiiii"),
        Endless("event", "event: ", "eeeeeeeeeeeeeeee"),
        Endless("unknown-fields", "", "unknown: field \n", mayBeTaken: true),
        Endless("comments", "", ": a comment....\n", mayBeTaken: true),
        Endless("empty-lines", "", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", mayBeTaken: true),
    ];

    /// <summary>Sends 32 MB of the same.</summary>
    /// <param name="name">The id.</param>
    /// <param name="begin">What it begins with.</param>
    /// <param name="piece">Sixteen bytes that it goes on with.</param>
    /// <param name="mayBeTaken">Nothing of it has to be kept: it may be read for ever.</param>
    private static ConformanceCase Endless(string name, string begin, string piece, bool mayBeTaken = false)
        => ClientCase.Of($"sse-client/attacks/endless-{name}", Line,
            mayBeTaken ? "the event behind it, or an end" : "an end of the connection, or an error",
            async context =>
            {
                ReaderTalk talk = new(context);
                byte[] block = Bytes(string.Concat(Enumerable.Repeat(piece, Block / piece.Length)));
                bool isBroken = false;
                bool isSlow = false;
                await talk.RunAsync(
                    async (arrival, number) =>
                    {
                        if (number > 0)
                        {
                            await ReaderReply.Stop.SendAsync(arrival);
                            return;
                        }

                        byte[][] pieces = [[.. End, .. Bytes(begin)], .. Enumerable.Repeat(block, Blocks), Bytes("\n\n"), End];
                        Task sending = ReaderReply.Of(pieces).SendAsync(arrival);
                        isSlow = await Task.WhenAny(sending, Task.Delay(Patience(talk), context.Stop)) != sending;
                        if (isSlow)
                        {
                            await arrival.DisposeAsync();
                        }

                        await sending;
                        isBroken = arrival.Connection.IsSendBroken;
                    },
                    () => talk.HasReported || context.Ended is not null,
                    Patience(talk));
                await talk.EndAsync();
                return talk.Requests.Count == 0 ? NothingSaid(talk)!
                    : isSlow ? new ConformanceFinding(
                        ConformanceVerdict.Warn, "32 MB were not read in time, and nothing stopped them: the work may be quadratic", IsTimeout: true)
                    : isBroken ? Pass("the client ended the connection")
                    : talk.HasError && talk.Events.Count < 2 ? Pass("the client reported an error")
                    : mayBeTaken ? talk.Events.Count >= 2 ? Pass("the event behind it") : Info($"{talk.Events.Count} events were reported")
                    : !talk.HasReported && context.Ended is null ? new ConformanceFinding(ConformanceVerdict.Warn, "nothing was reported in time",
                        IsTimeout: true)
                    : talk.Events.Count > 1 ? Warn("32 MB were taken in, and nothing stopped them")
                    : Info("32 MB were read, and no event behind them was reported");
            }).Heavy().Broken();
}
