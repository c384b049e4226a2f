using System.Globalization;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>
/// When events come. A verdict rests on what stands still in the middle of an event while nothing comes, not on how long that takes.
/// </summary>
internal static class StreamFlushCases
{
    private static readonly ConformanceRule Held = ConformanceRule.Must(
        "HTML §9.2.5",
        "In particular, while line buffering with lines are defined to end with a single U+000A LINE FEED (LF) character is safe, block buffering "
            + "or line buffering with different expected line endings can cause delays in event dispatch.",
        "Flush behind the empty line of each event, through every layer: compression, frameworks, proxies.");

    private static readonly ConformanceRule Heartbeat = ConformanceRule.Should(
        "HTML §9.2.7",
        "Legacy proxy servers are known to, in certain cases, drop HTTP connections after a short timeout. To protect against such proxy servers, "
            + "authors can include a comment line (one starting with a ':' character) every 15 seconds or so.",
        "Write a comment every 15 seconds in which nothing else is written.");

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(16);

    private enum Where
    {
        Between,
        BeforeEmptyLine,
        InLine,
    }

    public static IEnumerable<ConformanceCase> All =>
    [
        StreamSeenPlay.OfText("sse/flush/first-event", Held, "the first event before the end of the stream", JudgeFirst),
        StreamSeenPlay.OfText("sse/flush/end-of-event", Held, "the empty line with its event", watch => JudgeIdle(watch, Where.BeforeEmptyLine)),
        StreamSeenPlay.OfText("sse/flush/blocks", Held, "whole events", watch => JudgeIdle(watch, Where.InLine)),
        StreamSeenPlay.OfText("sse/flush/batches", Held, "each event when it is there", JudgeBatches),
        new("sse/flush/heartbeat", Heartbeat, "something every 15 seconds", HeartbeatAsync),
        .. new[] { "gzip", "deflate", "br", "gzip, deflate, br", "gzip, deflate, br, zstd", "*", "xgzip", "gzip;q=0",
            "identity, *;q=0" }.Select(coding => new ConformanceCase(
            $"sse/flush/compressed/{Name(coding)}", Held, "each event when it is there, compressed or not",
            context => CompressedAsync(context, coding))),
    ];

    private static string Name(string coding) => coding switch
    {
        "*" => "any",
        "gzip;q=0" => "excluded",
        "identity, *;q=0" => "identity-alone",
        _ => coding.Replace(", ", "-", StringComparison.Ordinal),
    };

    /// <summary>All of a stream in one piece at its end, long after the request.</summary>
    private static ConformanceFinding? JudgeFirst(StreamWatch watch)
    {
        if (watch.End != StreamWatchEnd.Complete || watch.Text.Events.Count < 2 || watch.Arrivals.Count == 0)
        {
            return watch.End == StreamWatchEnd.GoesOn && watch.Text.Events.Count > 0 ? Pass("an event before the end") : null;
        }

        TimeSpan first = watch.Arrivals[0].At;
        bool isOnePiece = (watch.Arrivals[^1].At - first).TotalSeconds < Math.Min(0.05, first.TotalSeconds / 20);
        string late = string.Create(
            CultureInfo.InvariantCulture, $"all {watch.Text.Events.Count} events came together, {first.TotalSeconds:0.0} s after the request");
        return !isOnePiece || first < 5 * watch.Reaction || first.TotalSeconds < 0.25 ? null
            : first.TotalSeconds >= 0.8 ? Fail(late + ", with the end of the stream")
            : Warn(late);
    }

    private static ConformanceFinding? JudgeIdle(StreamWatch watch, Where where)
    {
        Where[] idle = [.. Idle(watch).Select(length => WhereIs(watch, length))];
        int count = idle.Count(w => w == where);
        return idle.Length < 3 || count == 0 ? null
            : count == idle.Length
                ? Fail(where == Where.InLine
                    ? $"in each of {count} pauses the stream stood still in the middle of a line"
                    : $"in each of {count} pauses the last event lacked its empty line, which came with the next one")
                : 2 * count > idle.Length && idle.Length > 4 ? Warn($"in {count} of {idle.Length} pauses the last event was not whole") : null;
    }

    /// <summary>How much of the body was there in each pause.</summary>
    private static int[] Idle(StreamWatch watch)
    {
        if (watch.Head!.All("Content-Encoding").Length > 0)
        {
            return [];
        }

        double longest = watch.Arrivals.Zip(watch.Arrivals.Skip(1), (a, b) => b.HasWaited ? (b.At - a.At).TotalSeconds : 0).DefaultIfEmpty(0).Max();
        double pause = Math.Max(0.005, longest / 3);
        return [.. watch.Arrivals.Zip(watch.Arrivals.Skip(1))
            .Where(p => p.Second.HasWaited && (p.Second.At - p.First.At).TotalSeconds >= pause).Select(p => p.First.Length)];
    }

    private static Where WhereIs(StreamWatch watch, int length)
    {
        StreamText text = StreamText.Parse(watch.Body.AsSpan(0, Math.Min(length, watch.Body.Length)));
        return text.Blocks is not [.., { IsEnded: false } last] ? Where.Between
            : text.Lines[^1].End == StreamLineEnd.None ? Where.InLine
            : last.Data is not null ? Where.BeforeEmptyLine : Where.Between;
    }

    private static ConformanceFinding? JudgeBatches(StreamWatch watch)
    {
        int[] lengths = Idle(watch);
        int[] events = [.. lengths.Select(l => StreamText.Parse(watch.Body.AsSpan(0, Math.Min(l, watch.Body.Length))).Events.Count)];
        int[] sizes = [.. events.Skip(1).Zip(events, (a, b) => a - b)];
        return sizes.Length >= 3 && sizes.All(s => s == sizes[0]) && sizes[0] >= 3
            ? Warn($"events come {sizes[0]} at a time, with pauses between them")
            : null;
    }

    private static async Task<ConformanceFinding> HeartbeatAsync(ConformanceContext context)
    {
        StreamWatch watch = await StreamWatch.GetAsync(context);
        if (watch.Head is not { Status: 200 } || watch.End != StreamWatchEnd.GoesOn)
        {
            return Skip(watch.Head is { Status: 200 } ? "the stream ends" : "there is no stream");
        }

        await using StreamPeer peer = await StreamPeer.AskAsync(context);
        TimeSpan limit = TimeSpan.FromTicks(Math.Min((2 * context.Options.Timeout).Ticks, TimeSpan.FromSeconds(20).Ticks));
        TimeSpan last = peer.Elapsed;
        TimeSpan longest = TimeSpan.Zero;
        while (peer.Elapsed < limit)
        {
            TimeSpan rest = limit - peer.Elapsed;
            bool hasCome = await peer.ReadAsync(rest < Silence ? rest : Silence);
            TimeSpan gap = peer.Elapsed - last;
            longest = gap > longest ? gap : longest;
            last = peer.Elapsed;
            if (!hasCome || (peer.Elapsed.TotalSeconds > 4 && peer.Arrivals.Count > 3 && longest.TotalSeconds < 2))
            {
                break;
            }
        }

        string seconds = string.Create(CultureInfo.InvariantCulture, $"{longest.TotalSeconds:0.0} s");
        return peer.IsComplete || peer.Last is FillResult.End or FillResult.Reset ? Info("the stream ended")
            : longest >= Silence - TimeSpan.FromSeconds(0.5) ? Warn($"nothing came for {seconds}")
            : peer.Arrivals.Count < 2 ? Info($"nothing came for {seconds}, and the time is too short to say more (--timeout)")
            : Pass($"the longest pause was {seconds}");
    }

    private static async Task<ConformanceFinding> CompressedAsync(ConformanceContext context, string accepted)
    {
        StreamWatch watch = await StreamWatch.GetAsync(context);
        if (watch.Head is not { Status: 200 } || watch.Text.Events.Count == 0)
        {
            return Skip("there are no events to compress");
        }

        await using StreamPeer peer = await StreamPeer.AskAsync(context, r => r.With("Accept-Encoding", accepted));
        if (peer.Head is not { Status: 200 } head)
        {
            return peer.Head is null ? StreamRequestPlay.NoAnswer(peer) : Fail($"'{peer.Head}', and 200 without Accept-Encoding");
        }

        string[] codings = [.. head.Members("Content-Encoding").Where(c => !c.Equals("identity", StringComparison.OrdinalIgnoreCase))];
        if (codings.Length == 0)
        {
            await peer.ReadUntilAsync(t => t.Lines.Count > 0);
            return peer.Body.Count > 2 && peer.Body[0] == 0x1f && peer.Body[1] == 0x8b
                ? Fail("the stream is gzip, and no Content-Encoding says so") : Pass("not compressed");
        }

        if (accepted.Contains("q=0", StringComparison.Ordinal))
        {
            return Warn($"Content-Encoding: {string.Join(", ", codings)}, and Accept-Encoding: {accepted}");
        }

        if (codings.Length > 1 || !IsAccepted(codings[0], accepted))
        {
            return Fail($"Content-Encoding: {string.Join(", ", codings)}, which was not asked for");
        }

        await peer.ReadUntilAsync(_ => peer.Body.Count > 1);
        bool isPacked = codings[0].ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => peer.Body is [0x1f, 0x8b, ..],
            "deflate" => peer.Body is [var first, _, ..] && (first & 15) == 8,
            _ => !peer.Parse().Lines.Any(l => l.IsKnown && l.End != StreamLineEnd.None),
        };
        if (peer.Body.Count > 1 && !isPacked)
        {
            return Fail($"Content-Encoding: {codings[0]}, and the content is not in that coding");
        }

        using Stream? known = StreamWatch.Open(Stream.Null, codings[0]);
        return known is null ? Info($"Content-Encoding: {codings[0]}, which cannot be undone here") : await ReadCompressedAsync(watch, peer, codings);
    }

    private static bool IsAccepted(string coding, string accepted)
        => accepted == "*" || accepted.Split(", ").Contains(coding, StringComparer.OrdinalIgnoreCase);

    /// <summary>Compared with the stream that is not compressed: there the first event came, and here it has to come as well.</summary>
    private static async Task<ConformanceFinding> ReadCompressedAsync(StreamWatch plain, StreamPeer peer, string[] codings)
    {
        TimeSpan? first = null;
        TimeSpan plainFirst = plain.Arrivals[0].At;
        TimeSpan plainSpread = plain.Duration - plainFirst;
        bool hasBytes = peer.Body.Count > 0;
        while (first is null || (plain.End == StreamWatchEnd.Complete && !peer.IsComplete))
        {
            if (first is null && StreamText.Parse(StreamWatch.Decompress([.. peer.Body], codings)).Events.Count > 0)
            {
                first = peer.Elapsed;
            }
            else if (!await peer.ReadAsync(peer.Context.Options.Timeout))
            {
                break;
            }

            hasBytes |= peer.Body.Count > 0;
        }

        first ??= StreamText.Parse(StreamWatch.Decompress([.. peer.Body], codings)).Events.Count > 0 ? peer.Elapsed : null;
        return peer.Framing!.Broken is { } broken ? Fail(broken)
            : first is null && peer.Last == FillResult.Silence ? Late($"Content-Encoding: {codings[0]}, and no event in it came in time")
            : first is null ? Fail($"Content-Encoding: {codings[0]}, and there is no event in it")
            : plain.End == StreamWatchEnd.Complete && plainSpread.TotalSeconds > 0.1 && peer.Elapsed - first.Value < plainSpread / 10
                && first.Value - plainFirst > plainSpread / 2
                ? Fail($"Content-Encoding: {codings[0]}, and the events were held back until the end of the stream")
            : Pass($"Content-Encoding: {codings[0]}, and the events came as they do without");
    }
}
