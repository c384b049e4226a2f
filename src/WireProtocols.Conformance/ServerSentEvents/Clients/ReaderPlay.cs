using System.Text;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>Cases in which a client reads a stream, and what it saw is held against what the stream means.</summary>
internal static class ReaderPlay
{
    /// <summary>The last event of a stream: what stands before it has been read when it is reported. Who connects again does so soon.</summary>
    public static readonly byte[] End = "retry: 10\ndata: wire-end\n\n"u8.ToArray();

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TailGrace = TimeSpan.FromSeconds(0.3);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A stream whose characters are bytes.</summary>
    public static byte[] Raw(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The client sees the events of a stream.</summary>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="stream">The stream; the last event is added to it.</param>
    /// <param name="verdict">Of a client that sees something else.</param>
    public static ConformanceCase Sees(string id, ConformanceRule rule, byte[] stream, ConformanceVerdict verdict = ConformanceVerdict.Fail)
        => SeesReply(id, rule, [.. stream, .. End], ReaderReply.Of([.. stream, .. End]), verdict);

    /// <summary>The client sees the events of a large stream, or says that it is too large for it: a limit breaks no rule.</summary>
    public static ConformanceCase SeesLarge(string id, ConformanceRule rule, byte[] stream)
        => ClientCase.Of($"sse-client/{id}", rule, "the event, or an error that is reported", async context =>
        {
            byte[] all = [.. stream, .. End];
            ReaderTalk talk = new(context);
            ConformanceFinding finding = await SeeAsync(talk, new ReaderReference().Read(all), false, (arrival, number)
                => (number == 0 ? ReaderReply.Of(all) : ReaderReply.Stop).SendAsync(arrival));
            await talk.EndAsync();
            return finding.Verdict == ConformanceVerdict.Fail && talk.HasError ? Info(finding.Got) : finding;
        });

    /// <summary>The client sees the events of a stream that is cut into pieces.</summary>
    public static ConformanceCase SeesPieces(string id, ConformanceRule rule, double pause, params byte[][] pieces)
    {
        byte[][] all = [.. pieces, End];
        return SeesReply(id, rule, [.. all.SelectMany(p => p)], ReaderReply.Of(all) with { Pause = TimeSpan.FromMilliseconds(pause) });
    }

    /// <summary>The client sees the events of a stream whose end is part of the question.</summary>
    public static ConformanceCase SeesUnfinished(string id, ConformanceRule rule, byte[] stream, ReaderReply? reply = null)
    {
        byte[] all = [.. End, .. stream];
        return SeesReply(id, rule, all, (reply ?? new ReaderReply()) with { Pieces = [all] }, isTail: true);
    }

    /// <summary>The client sees the events of a response.</summary>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="meant">The stream that is meant.</param>
    /// <param name="reply">How it is sent.</param>
    /// <param name="verdict">Of a client that sees something else.</param>
    /// <param name="isTail">Whether more events than are right would come behind the last one.</param>
    /// <param name="mayRefuse">Whether a client that reports an error, and no event, is right as well.</param>
    public static ConformanceCase SeesReply(
        string id, ConformanceRule rule, byte[] meant, ReaderReply reply, ConformanceVerdict verdict = ConformanceVerdict.Fail, bool isTail = false,
        bool mayRefuse = false)
        => ClientCase.Of($"sse-client/{id}", rule, Describe(new ReaderReference().Read(meant)), async context =>
        {
            ReaderTalk talk = new(context);
            ConformanceFinding finding = await SeeAsync(talk, new ReaderReference().Read(meant), isTail, (arrival, number)
                => (number == 0 ? reply : ReaderReply.Stop).SendAsync(arrival));
            await talk.EndAsync();
            return finding.Verdict != ConformanceVerdict.Fail || finding.IsTimeout ? finding
                : mayRefuse && talk.HasError && talk.Events.Count == 0 ? Info(finding.Got)
                : finding with { Verdict = verdict };
        });

    /// <summary>Talks, waits for what has to be reported, and compares.</summary>
    public static async Task<ConformanceFinding> SeeAsync(
        ReaderTalk talk, IReadOnlyList<ReaderEvent> right, bool isTail, Func<ClientArrival, int, Task> answer)
    {
        await talk.RunAsync(answer, () => talk.HasReported && (talk.Events.Count >= right.Count || talk.Context.Ended is not null), Patience(talk));
        if (talk.HasReported && talk.Events.Count < right.Count)
        {
            await talk.RunAsync(answer, () => talk.Events.Count >= right.Count || talk.Context.Ended is not null, Grace);
        }
        else if (talk.HasReported && isTail)
        {
            await talk.RunAsync(answer, () => talk.Events.Count > right.Count || talk.Context.Ended is not null, TailGrace);
        }

        return Compare(talk, right);
    }

    public static TimeSpan Patience(ReaderTalk talk) => talk.Context.Options.Timeout;

    private static ConformanceFinding Compare(ReaderTalk talk, IReadOnlyList<ReaderEvent> right)
    {
        if (NothingSaid(talk) is { } nothing)
        {
            return nothing;
        }

        IReadOnlyList<ReaderEvent> seen = talk.Events;
        for (int i = 0; i < Math.Min(right.Count, seen.Count); i++)
        {
            if (ReaderEvent.Compare(right[i], seen[i]) is { } wrong)
            {
                return Fail($"event {i + 1} has {wrong}");
            }
        }

        string error = talk.Context.Reports.FirstOrDefault(r => r.Kind == "error")?.Text("message") is { } message ? $"; it reported '{message}'"
            : "";
        return seen.Count < right.Count ? Fail($"{seen.Count} of {right.Count} events were seen, and not {right[seen.Count]}{error}")
            : seen.Count > right.Count ? Fail($"an event that there is not: {seen[right.Count]}")
            : Pass($"{right.Count} events");
    }

    /// <summary>A client of which nothing is known.</summary>
    public static ConformanceFinding? NothingSaid(ReaderTalk talk)
        => talk.Requests.Count == 0
            ? Late(talk.Context.Ended is { } early ? $"no request came: the client {early}" : "no request came")
            : talk.HasReported ? null
            : talk.Context.Ended is { } ended ? Fail($"the client {ended}, and reported nothing")
            : Late("the client reported nothing in time");

    private static string Describe(IReadOnlyList<ReaderEvent> events)
        => events.Count == 0 ? "no event" : string.Join(", ", events.Take(4)) + (events.Count > 4 ? $" and {events.Count - 4} more" : "");
}
