using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>Coming back with Last-Event-ID. Ids that are given promise nothing by a MUST; who reads the field has to read it right.</summary>
internal static class StreamResumeCases
{
    private const string Goes = "the event behind the one with that id";

    private static readonly ConformanceRule Stop = ConformanceRule.Should(
        "HTML §9.2.1",
        "Clients will reconnect if the connection is closed; a client can be told to stop reconnecting using the HTTP 204 No Content response code.",
        "Answer 204 when nothing more will ever come.");

    private static readonly ConformanceRule NoContent = ConformanceRule.Must(
        "RFC 9110 §8.6",
        "A server MUST NOT send a Content-Length header field in any response with a status code of 1xx (Informational) or 204 (No Content).",
        "Send 204 with a head alone.");

    private static readonly ConformanceRule Names = ConformanceRule.Must(
        "RFC 9110 §5.1", "Field names are case-insensitive", "Compare field names without regard to case.");

    private static readonly ConformanceRule Space = ConformanceRule.Must(
        "RFC 9110 §5.5",
        "When a specific version of HTTP allows such whitespace to appear in a message, a field parsing implementation MUST exclude such "
            + "whitespace prior to evaluating the field value.",
        "Trim spaces and tabs from both ends of a value.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Behind("first", _ => 0),
        Behind("second", _ => 1),
        Behind("middle", n => n / 2),
        Behind("last-but-one", n => n - 2),
        new("sse/resume/sequence", StreamRules.LastEventId, "the events behind it, in their order", SequenceAsync),
        new("sse/resume/same-events", StreamRules.LastEventId, "the event as it was", SameAsync),
        new("sse/resume/two-at-once", StreamRules.LastEventId, "each its own place", TwoAsync),
        Reads("field-lower-case", Names, r => id => r.Add("last-event-id", id)),
        Reads("field-upper-case", Names, r => id => r.Add("LAST-EVENT-ID", id)),
        Reads("field-browser", Names, r => id => r.Add("Last-Event-Id", id)),
        Reads("space-around", Space, r => id => r.Add("Last-Event-ID", $" \t {id} \t ")),
        Reads("no-space", Space, r => id =>
        {
            r.Add("Last-Event-ID", id);
            r.Rewrite = head => head.Replace(": ", ":", StringComparison.Ordinal);
        }),
        Reads("first-field", Names, r => id => r.Add("Last-Event-ID", id).Reverse()),
        new("sse/resume/behind-the-end", Stop, "204, nothing, or something new", EndAsync),
        new("sse/resume/no-content", NoContent, "a head alone, where the answer is 204", NoContentAsync),
    ];

    private static ConformanceCase Behind(string name, Func<int, int> choose)
        => new($"sse/resume/behind/{name}", StreamRules.LastEventId, Goes, async context =>
        {
            (IReadOnlyList<StreamBlock> known, ConformanceFinding? none) = await StreamResume.KnownAsync(context);
            if (none is not null)
            {
                return none;
            }

            int index = choose(known.Count);
            int other = index == 1 ? known.Count / 2 : 1;
            return Judge(known, index, await StreamResume.AskAsync(context, known, index), other, await StreamResume.AskAsync(context, known, other));
        });

    /// <summary>One answer says where the stream went on, a second one whether the id had to do with it.</summary>
    private static ConformanceFinding Judge(IReadOnlyList<StreamBlock> known, int index, StreamResume one, int otherIndex, StreamResume other)
    {
        string asked = $"behind {known[index].Id} came {one.FirstId}";
        bool isMoved = one.Index >= 0 && other.Index >= 0 && one.Index - index == other.Index - otherIndex;
        return one.How switch
        {
            StreamResumed.Next => Pass(asked),
            StreamResumed.Again when isMoved => Fail($"{asked}: the client gets events twice"),
            StreamResumed.Later when isMoved => Fail($"{asked}: {one.Index - index - 1} events are left out"),
            StreamResumed.Again when one.FirstId == other.FirstId || one.Index == 0
                => Warn($"{asked}, as without an id: the events have ids, and nobody can go on behind them"),
            StreamResumed.Again => Warn($"{asked}: the client gets events twice"),
            StreamResumed.Later => Warn($"{asked}: events are left out"),
            StreamResumed.Unknown => Warn($"{asked}: the events between are lost, though they have ids"),
            StreamResumed.WithoutId => Warn("the events that came have no ids any more"),
            StreamResumed.Refused when one.Head is null => Fail("no answer to an id that the stream gave"),
            StreamResumed.Refused => Fail($"'{one.Head}' to an id that the stream gave"),
            StreamResumed.Stopped => Warn($"204 behind {known[index].Id}, and more had come behind it: the client never comes back"),
            StreamResumed.Ended => Warn($"the stream ended without an event, and more had come behind {known[index].Id}"),
            _ => new ConformanceFinding(ConformanceVerdict.Warn, $"nothing came behind {known[index].Id} in time", IsTimeout: true),
        };
    }

    private static async Task<ConformanceFinding> SequenceAsync(ConformanceContext context)
    {
        (IReadOnlyList<StreamBlock> known, ConformanceFinding? none) = await StreamResume.KnownAsync(context);
        if (none is not null)
        {
            return none;
        }

        StreamResume resume = await StreamResume.AskAsync(context, known, 0);
        if (resume.How != StreamResumed.Next)
        {
            return Skip("the stream does not go on behind an id");
        }

        string?[] ids = [.. resume.Events.Select(e => e.Id)];
        string?[] right = [.. known.Skip(1).Take(ids.Length).Select(e => e.Id)];
        return ids.AsSpan(0, right.Length).SequenceEqual(right) ? Pass(string.Join(", ", ids))
            : ids.Distinct().Count() < ids.Length || right.Length > 1 && Array.IndexOf(ids, right[1]) < 0
                ? Fail($"behind {known[0].Id} came {string.Join(", ", ids)}, and before {string.Join(", ", right)}")
                : Warn($"behind {known[0].Id} came {string.Join(", ", ids)}, and before {string.Join(", ", right)}");
    }

    private static async Task<ConformanceFinding> SameAsync(ConformanceContext context)
    {
        (IReadOnlyList<StreamBlock> known, ConformanceFinding? none) = await StreamResume.KnownAsync(context);
        if (none is not null)
        {
            return none;
        }

        int typed = known.Skip(1).Take(3).ToList().FindIndex(e => e.Type is not null);
        int index = typed < 0 ? 1 : typed;
        StreamResume resume = await StreamResume.AskAsync(context, known, index);
        if (resume.How != StreamResumed.Next)
        {
            return Skip("the stream does not go on behind an id");
        }

        // Two fresh streams that are the same show that data is no clock.
        await using StreamPeer peer = await StreamPeer.AskAsync(context);
        StreamText again = await peer.ReadUntilAsync(t => t.Events.Count >= 3, context.Options.Timeout / 2);
        bool isFixed = again.Events.Count >= 3 && again.Events.Take(3).Zip(known).All(p => p.First.Id == p.Second.Id
            && p.First.Data == p.Second.Data);
        (StreamBlock one, StreamBlock right) = (resume.Events[0], known[index + 1]);
        return !isFixed ? Info("the data of the stream changes by itself")
            : one.Type != right.Type ? Fail($"the type of {one.Id} is '{one.Type}', and was '{right.Type}'")
            : one.Data != right.Data
                ? Fail($"the data of {one.Id} is '{StreamFormatCases.Show(one.Data!)}', and was '{StreamFormatCases.Show(right.Data!)}'")
                : Pass("the same");
    }

    private static async Task<ConformanceFinding> TwoAsync(ConformanceContext context)
    {
        (IReadOnlyList<StreamBlock> known, ConformanceFinding? none) = await StreamResume.KnownAsync(context);
        if (none is not null || (await StreamResume.AskAsync(context, known, 0)).How != StreamResumed.Next)
        {
            return none ?? Skip("the stream does not go on behind an id");
        }

        int[] indices = [0, known.Count / 2];
        StreamResume[] both = await Task.WhenAll(indices.Select(i => StreamResume.AskAsync(
            context, known, i, r => r.Add("Last-Event-ID", StreamRequest.Utf8(known[i].Id!)))));
        return both.All(b => b.How == StreamResumed.Next) ? Pass("each its own place")
            : Fail($"behind {known[0].Id} came {both[0].FirstId}, and at the same time behind {known[known.Count / 2].Id} {both[1].FirstId}");
    }

    /// <summary>What goes on behind an id in the usual spelling does in this one.</summary>
    private static ConformanceCase Reads(string name, ConformanceRule rule, Func<StreamRequest, Action<string>> add)
        => new($"sse/resume/{name}", rule, Goes, async context =>
        {
            (IReadOnlyList<StreamBlock> known, ConformanceFinding? none) = await StreamResume.KnownAsync(context);
            if (none is not null || (await StreamResume.AskAsync(context, known, 1)).How != StreamResumed.Next)
            {
                return none ?? Skip("the stream does not go on behind an id");
            }

            StreamResume resume = await StreamResume.AskAsync(context, known, 1, r => add(r)(StreamRequest.Utf8(known[1].Id!)));
            return resume.How switch
            {
                StreamResumed.Next => Pass($"behind {known[1].Id} came {resume.FirstId}"),
                StreamResumed.Silent => Late("nothing came in time"),
                StreamResumed.Refused => Fail($"{(resume.Head is null ? "no answer" : $"'{resume.Head}'")}, and the stream to the usual spelling"),
                _ => Fail($"behind {known[1].Id} came {resume.FirstId ?? "nothing with an id"}, and the next one to the usual spelling"),
            };
        });

    private static async Task<(StreamResume? Resume, IReadOnlyList<StreamBlock> Known,
        ConformanceFinding? None)> AskEndAsync(ConformanceContext context)
    {
        (IReadOnlyList<StreamBlock> known, ConformanceFinding? none) = await StreamResume.KnownAsync(context);
        StreamWatch watch = await StreamWatch.GetAsync(context);
        return none is not null ? (null, known, none)
            : watch.End != StreamWatchEnd.Complete ? (null, known, Skip("the stream does not end while it is watched"))
            : (await StreamResume.AskAsync(context, known, known.Count - 1), known, null);
    }

    private static async Task<ConformanceFinding> EndAsync(ConformanceContext context)
    {
        (StreamResume? resume, IReadOnlyList<StreamBlock> known, ConformanceFinding? none) = await AskEndAsync(context);
        return none ?? (resume!.How switch
        {
            StreamResumed.Again when (await StreamResume.AskAsync(context, known, 1)).How == StreamResumed.Next
                => Fail($"behind the last one, {known[^1].Id}, came {resume.FirstId} again"),
            StreamResumed.Again => Warn($"behind the last one, {known[^1].Id}, came {resume.FirstId}: a client gets everything again, for ever"),
            StreamResumed.Refused when resume.Head is null or { Status: >= 500 }
                => Fail(resume.Head is null ? "no answer" : $"'{resume.Head}'"),
            StreamResumed.Refused => Info($"'{resume.Head}'"),
            StreamResumed.Stopped => Pass("204"),
            StreamResumed.Ended => Info("the stream ended at once: a client comes back again and again"),
            _ => Pass(resume.FirstId ?? "nothing yet"),
        });
    }

    private static async Task<ConformanceFinding> NoContentAsync(ConformanceContext context)
    {
        (StreamResume? resume, _, ConformanceFinding? none) = await AskEndAsync(context);
        return none ?? (resume!.Head is not { Status: 204 } head ? Skip("the answer is not 204")
            : head.All("Content-Length").Length > 0 ? Fail($"204 with Content-Length: {head.All("Content-Length")[0]}")
            : head.All("Transfer-Encoding").Length > 0 ? Fail("204 with Transfer-Encoding (RFC 9112 §6.1: MUST NOT)")
            : Pass("a head alone"));
    }
}
