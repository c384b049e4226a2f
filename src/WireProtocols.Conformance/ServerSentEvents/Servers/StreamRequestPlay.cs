using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>What a request for the stream may be answered with.</summary>
internal enum StreamAnswer
{
    /// <summary>Only the stream.</summary>
    Stream,

    /// <summary>The stream; something else is remarked on.</summary>
    StreamOrRemark,

    /// <summary>The stream, or an error of the client.</summary>
    StreamOrRefusal,

    /// <summary>The stream, an error of the client, or hanging up.</summary>
    Anything,
}

/// <summary>Cases that change the request and look at the answer.</summary>
internal static class StreamRequestPlay
{
    /// <summary>The request is answered with a stream.</summary>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="answer">What else it may be answered with.</param>
    /// <param name="edit">What is special about the request.</param>
    /// <param name="cut">The length of the writes.</param>
    /// <param name="check">What else the answer has to have.</param>
    public static ConformanceCase Of(
        string id,
        ConformanceRule rule,
        StreamAnswer answer,
        Action<StreamRequest> edit,
        int cut = int.MaxValue,
        Func<StreamPeer, Task<ConformanceFinding?>>? check = null)
        => new(id, rule, answer switch
        {
            StreamAnswer.Stream or StreamAnswer.StreamOrRemark => "200 and an event stream",
            StreamAnswer.StreamOrRefusal => "an event stream, or 4xx",
            _ => "an event stream, 4xx, or the end of the connection",
        }, async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            await using StreamPeer peer = await StreamPeer.ConnectAsync(context);
            StreamRequest request = new(context.Subject);
            edit(request);
            await peer.SendAsync(request, cut);
            await peer.ReadHeadAsync();
            ConformanceFinding finding = Judge(peer, answer);
            return finding.Verdict == ConformanceVerdict.Pass && check is not null ? await check(peer) ?? finding : finding;
        });

    /// <summary>Whatever was asked, the next client is served as before.</summary>
    public static async Task<ConformanceFinding?> IsHarmedAsync(ConformanceContext context)
    {
        await using StreamPeer peer = await StreamPeer.AskAsync(context);
        return peer.Head is { IsStream: true } ? null
            : peer.Head is { } head ? Fail($"the next plain request is answered with '{head}'")
            : peer.Last == FillResult.Silence ? Late("the next plain request is not answered")
            : Fail("the next plain request is not answered");
    }

    public static ConformanceFinding NoAnswer(StreamPeer peer) => peer.Last == FillResult.Silence
        ? Late("no answer in time")
        : Fail("the connection ended without an answer");

    public static ConformanceFinding Judge(StreamPeer peer, StreamAnswer answer)
    {
        if (peer.Head is not { } head)
        {
            return answer == StreamAnswer.Anything && peer.Last != FillResult.Silence ? Pass("the connection ended") : NoAnswer(peer);
        }

        return head.IsStream ? Pass("an event stream")
            : head.Status is >= 500 and not (501 or 503 or 505) ? Fail($"'{head}'")
            : head.FindBrokenStatusLine() is { } broken ? Fail(broken)
            : answer switch
            {
                StreamAnswer.Stream => Fail($"'{head}'{TypeOf(head)}, and a plain request gets the stream"),
                StreamAnswer.StreamOrRemark => Info($"'{head}'{TypeOf(head)}, and a plain request gets the stream"),
                _ when head.Status is 204 or (>= 400 and < 500) => Pass($"'{head}'"),
                _ => Info($"'{head}'{TypeOf(head)}"),
            };
    }

    private static string TypeOf(StreamHead head)
        => head.Status == 200 ? $" with Content-Type: {string.Join(" and ", head.All("Content-Type"))}" : "";
}
