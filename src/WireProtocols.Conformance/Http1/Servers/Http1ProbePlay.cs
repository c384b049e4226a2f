using System.Text;

namespace WireProtocols.Conformance;

/// <summary>Plays a probe, and judges it by what its sentence says and nothing more.</summary>
internal static class Http1ProbePlay
{
    private const string Last = "the last echo";

    /// <summary>Any server may say these at any time.</summary>
    private static readonly int[] Busy = [408, 429, 503];

    public static ConformanceCase ToCase(this Http1Probe probe)
        => new($"http1/{probe.Id}", probe.Rule, probe.Describe(), context => RunAsync(probe, context));

    private static async Task<ConformanceFinding> RunAsync(Http1Probe probe, ConformanceContext context)
    {
        await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
        await peer.SendAsync(probe.Request, "request", probe.Cut);
        if (probe.EndsInput)
        {
            peer.Raw.EndSending();
        }

        Http1Asked asked = Http1Asked.Of(probe.Request);
        TimeSpan? patience = probe.MayWait ? Moment(context) : null;
        Http1Reply reply = await peer.ReadAsync(asked, patience: patience);
        if (reply.Answer is { } shown && shown.FindBroken() is { } broken)
        {
            return ConformanceFinding.Fail(broken);
        }

        if (!reply.IsWhole)
        {
            return JudgeMissing(probe, reply);
        }

        Http1Answer answer = reply.Answer!;
        bool isAccepted = answer.Status < 400 || probe.Tolerated.Contains(answer.Status);
        ConformanceFinding? wrong = isAccepted ? JudgeAccepted(probe, context, answer) : JudgeRefused(probe, answer);
        return wrong ?? await JudgeEndAsync(probe, peer, asked, answer, isAccepted);
    }

    /// <summary>A wait that is long for a subject that has something to say, and short for a person.</summary>
    private static TimeSpan Moment(ConformanceContext context) => context.Options.Timeout / 8;

    private static ConformanceFinding JudgeMissing(Http1Probe probe, Http1Reply reply)
    {
        bool isWarned = probe.Rule.Level != ConformanceLevel.Must || probe.OnAccepted is ConformanceVerdict.Warn or ConformanceVerdict.Info;
        return reply.Missing switch
        {
            Http1NoAnswer.Silence when probe.MayWait => ConformanceFinding.Info("no answer yet: the subject waits for more"),
            Http1NoAnswer.Silence when isWarned => new ConformanceFinding(ConformanceVerdict.Warn, reply.Text, IsTimeout: true),
            Http1NoAnswer.Silence => ConformanceFinding.Late(reply.Text),
            Http1NoAnswer.Garbage when isWarned => ConformanceFinding.Warn(reply.Text),
            Http1NoAnswer.Garbage => ConformanceFinding.Fail(reply.Text),
            _ when probe is { EndsInput: true, OnRefused: null } => ConformanceFinding.Pass($"{reply}: it was not to be answered"),
            Http1NoAnswer.Cut => probe.OnRefused is not null || probe.Statuses is not null
                ? ConformanceFinding.Fail(reply.Text)
                : ConformanceFinding.Pass($"{reply}, which refuses it"),
            _ when probe.OnRefused is { } said => new ConformanceFinding(said, reply.Text),
            Http1NoAnswer.End when probe.OnAccepted is not null && probe.Statuses is not null && !isWarned
                => ConformanceFinding.Fail($"{reply}: the sentence names the answer"),
            Http1NoAnswer.Reset when probe.Statuses is not null
                => ConformanceFinding.Warn($"{reply}: an answer, if there was one, is lost (RFC 9112 §9.6)"),
            _ => ConformanceFinding.Pass(reply.Text),
        };
    }

    private static ConformanceFinding? JudgeAccepted(Http1Probe probe, ConformanceContext context, Http1Answer answer)
    {
        if (probe.OnAccepted is { } said)
        {
            return new ConformanceFinding(said, $"accepted with '{answer}'{Show(answer)}");
        }

        string? echo = probe.Echo is null ? null : Http1Peer.Fill(context, probe.Echo);
        return echo is null || answer.Status is not 200 || answer.Body.AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(echo))
            ? null
            : ConformanceFinding.Fail($"the echo is {answer.Body.Length} bytes{Show(answer)} and not the {echo.Length} that were sent");
    }

    private static ConformanceFinding? JudgeRefused(Http1Probe probe, Http1Answer answer)
        => probe.OnRefused is { } said
            ? new ConformanceFinding(Busy.Contains(answer.Status) ? ConformanceVerdict.Warn : said, $"refused with '{answer}'")
            : probe.Statuses is { } statuses && !statuses.Contains(answer.Status)
                ? Busy.Contains(answer.Status)
                    ? ConformanceFinding.Warn($"'{answer}'")
                    : ConformanceFinding.Fail($"'{answer}', and the sentence names {string.Join(" or ", statuses)}")
                : null;

    private static async Task<ConformanceFinding> JudgeEndAsync(
        Http1Probe probe, Http1Peer peer, Http1Asked asked, Http1Answer answer, bool isAccepted)
    {
        ConformanceFinding right = ConformanceFinding.Pass($"'{answer}'{Show(answer)}");
        bool hasToEnd = probe.Ends == Http1Ends.Always || (probe.Ends == Http1Ends.AfterRefusal && !isAccepted);
        if (probe.Ends == Http1Ends.NotLookedAt || answer.EndsWithConnection || probe.EndsInput || (!hasToEnd && (answer.SaysClose || asked.IsOld)))
        {
            return right;
        }

        Http1Reply next = await peer.AskEchoAsync(Last);
        return next.Missing switch
        {
            Http1NoAnswer.End or Http1NoAnswer.Reset => right,
            Http1NoAnswer.Garbage when asked.IsHead && !isAccepted && probe.Statuses is not null
                => ConformanceFinding.Warn($"'{answer}' to HEAD, and then {next}: it seems to have a body"),
            Http1NoAnswer.Silence when hasToEnd => ConformanceFinding.Late($"'{answer}', and the connection stays open"),
            Http1NoAnswer.Silence => ConformanceFinding.Late($"'{answer}', and the next request gets no answer"),
            Http1NoAnswer.None when next.Answer!.Body.AsSpan().SequenceEqual("the last echo"u8) => hasToEnd
                ? ConformanceFinding.Fail($"'{answer}', and then the next request on the connection was answered")
                : next.Answer.FindBroken() is { } broken ? ConformanceFinding.Fail(broken) : right,
            Http1NoAnswer.None => ConformanceFinding.Fail(
                $"'{answer}', and then '{next.Answer}' before or in place of the answer to the next request"),
            _ => ConformanceFinding.Fail($"'{answer}', and then {next}"),
        };
    }

    private static string Show(Http1Answer answer)
        => answer.Body.Length is 0 or > 64 ? "" : $" and '{Http1Text.Visible(Encoding.Latin1.GetString(answer.Body))}'";
}
