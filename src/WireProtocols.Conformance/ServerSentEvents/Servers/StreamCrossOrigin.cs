namespace WireProtocols.Conformance;

/// <summary>What a stream says to pages of other origins.</summary>
internal static class StreamCrossOrigin
{
    public static readonly ConformanceRule Rule = ConformanceRule.Security(
        "HTML §9.2.2",
        "Setting withCredentials to true will set the credentials mode for connection requests to url to \"include\".",
        "Answer origins that you know by name; * where nobody is told anything private; never any origin together with credentials.");

    private const string Stranger = "http://stranger.example";

    public static ConformanceCase Asked { get; } = new("sse/request/origin/stranger", Rule, "no credentials for any origin", async context =>
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        await using StreamPeer peer = await StreamPeer.AskAsync(context, r => r.With("Origin", Stranger).With("Cookie", "session=1"));
        return peer.Head is not { } head ? StreamRequestPlay.NoAnswer(peer)
            : Judge(head, Stranger) ?? ConformanceFinding.Pass(
                head.All("Access-Control-Allow-Origin") is [var origin] ? $"Access-Control-Allow-Origin: {origin}"
                    : "no Access-Control-Allow-Origin");
    });

    public static ConformanceFinding? Judge(StreamHead head, string? origin)
    {
        string[] origins = head.All("Access-Control-Allow-Origin");
        bool hasCredentials = head.All("Access-Control-Allow-Credentials") is ["true"];
        return origins is [var one] && one.Contains(',', StringComparison.Ordinal)
            ? ConformanceFinding.Warn($"Access-Control-Allow-Origin: {one} is no origin, and browsers refuse it")
            : origins is ["*"] && hasCredentials
                ? ConformanceFinding.Warn("Access-Control-Allow-Origin: * with Access-Control-Allow-Credentials: true, which browsers refuse")
                : origin is not null && hasCredentials && origins.Contains(origin)
                    ? ConformanceFinding.Warn($"any origin may read the stream with the user's cookies: Access-Control-Allow-Origin: {origin}")
                    : null;
    }
}
