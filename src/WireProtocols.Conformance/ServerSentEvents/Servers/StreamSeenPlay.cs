namespace WireProtocols.Conformance;

/// <summary>Cases that judge the stream of an ordinary client.</summary>
internal static class StreamSeenPlay
{
    /// <summary>A case about the stream as it was seen.</summary>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="expected">What is right.</param>
    /// <param name="judge">What it says of the stream; null when all is well.</param>
    public static ConformanceCase Of(string id, ConformanceRule rule, string expected, Func<StreamWatch, StreamHead, ConformanceFinding?> judge)
        => new(id, rule, expected, async context =>
        {
            StreamWatch watch = await StreamWatch.GetAsync(context);
            if (watch.Head is not { } head)
            {
                return watch.Last == FillResult.Silence
                    ? ConformanceFinding.Late("no response head came in time")
                    : ConformanceFinding.Fail("the connection ended without a response head");
            }

            return judge(watch, head) ?? ConformanceFinding.Pass("as it should be");
        });

    /// <summary>A case about the text of the stream.</summary>
    public static ConformanceCase OfText(string id, ConformanceRule rule, string expected, Func<StreamWatch, ConformanceFinding?> judge)
        => Of(id, rule, expected, (watch, head) => head.Status != 200
            ? ConformanceFinding.Skip($"the response is '{head}' and no event stream")
            : watch.Body.Length == 0
                ? ConformanceFinding.Skip("nothing came in the stream while it was watched")
                : judge(watch));

    /// <summary>A case about each line of the stream.</summary>
    public static ConformanceCase OfLines(
        string id, ConformanceRule rule, string expected, ConformanceVerdict verdict, Func<StreamLine, string?> judge)
        => OfText(id, rule, expected, watch => watch.Text.Lines.Where(l => l.End != StreamLineEnd.None).Select(judge).FirstOrDefault(f =>
            f is not null)
            is { } found
                ? new ConformanceFinding(verdict, found)
                : null);

    /// <summary>What a plain client gets of the subject, as the reason why a case has nothing to ask.</summary>
    public static async Task<ConformanceFinding?> IsNoStreamAsync(ConformanceContext context)
    {
        StreamHead? head = await context.Shared.GetAsync("plain", () => AskAsync(context));
        return head is null
            ? ConformanceFinding.Skip("a plain request is not answered")
            : head.IsStream ? null : ConformanceFinding.Skip($"a plain request is answered with '{head}' and no event stream");
    }

    private static async Task<StreamHead?> AskAsync(ConformanceContext context)
    {
        ConformanceContext own = new(context.Subject, context.Options, 0, context.Stop, context.Shared);
        await using StreamPeer peer = await StreamPeer.AskAsync(own);
        return peer.Head;
    }
}
