using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>Several clients at a time, clients that go away, clients that do not read.</summary>
internal static class StreamClientsCases
{
    private static readonly ConformanceRule Each = ConformanceRule.Security(
        "HTML §9.2.7",
        "Clients that support HTTP's per-server connection limitation might run into trouble when opening multiple pages from a site if each page "
            + "has an EventSource to the same domain.",
        "Give each connection a stream of its own; no client waits for another, or takes another's events.");

    private static readonly ConformanceRule Gone = ConformanceRule.Security(
        "HTML §9.2.2",
        "The close() method must abort any instances of the fetch algorithm started for this EventSource object",
        "Notice that a client has gone, forget it, and go on with the others.");

    private static readonly ConformanceRule Slow = ConformanceRule.Security(
        "HTML §9.2.5",
        "Since connections established to remote servers for such resources are expected to be long-lived, UAs should ensure that appropriate "
            + "buffering is used.",
        "Write to each client by itself; drop one that does not read, and never wait for it.");

    private enum Leave
    {
        Reset,
        Close,
        HalfClose,
    }

    public static IEnumerable<ConformanceCase> All =>
    [
        new ConformanceCase(
            "sse/clients/second", Each, "a stream for the second client while the first is there", context => SecondAsync(context, false))
            .Explaining(),
        new("sse/clients/second-of-session", Each, "a stream for a second page of the same session", context => SecondAsync(context, true)),
        new("sse/clients/first-goes-on", Each, "the first stream goes on when a second client comes", context => OtherGoesOnAsync(context, null)),
        new("sse/clients/own-events", Each, "every event for each client", OwnEventsAsync),
        .. new[] { 2, 3, 6 }.Select(n => new ConformanceCase($"sse/clients/together-{n}", Each, "an event for each", context =>
            TogetherAsync(context, n))),
        new("sse/clients/reset-leaves-others", Gone, "the others' streams go on", context => OtherGoesOnAsync(context, Leave.Reset)),
        new("sse/clients/close-leaves-others", Gone, "the others' streams go on", context => OtherGoesOnAsync(context, Leave.Close)),
        new("sse/clients/half-close", Gone, "the stream, or the end of the connection", HalfCloseAsync),
        Leaves("reset-in-stream", Leave.Reset, isRead: true),
        Leaves("close-in-stream", Leave.Close, isRead: true),
        Leaves("reset-behind-request", Leave.Reset, isRead: false),
        Leaves("close-behind-request", Leave.Close, isRead: false),
        LeavesEarly("reset-in-head", Leave.Reset, 20),
        LeavesEarly("close-in-head", Leave.Close, 20),
        LeavesEarly("reset-before-request", Leave.Reset, 0),
        LeavesEarly("close-before-request", Leave.Close, 0),
        Crowd("come-and-go-40", Gone, 40, isTogether: false),
        Crowd("open-32-and-go", Gone, 32, isTogether: true),
        new("sse/clients/stalled", Slow, "the others are served while one does not read", StalledAsync),
        new("sse/clients/half-heads", Slow, "others are served while heads are not whole", HalfHeadsAsync),
    ];

    private static async Task<ConformanceFinding> SecondAsync(ConformanceContext context, bool isOfSession)
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        await using StreamPeer first = await StreamPeer.AskAsync(context);
        string[] cookies = isOfSession ? [.. first.Head?.All("Set-Cookie").Select(c => c.Split(';')[0]) ?? []] : [];
        await using StreamPeer second = await StreamPeer.AskAsync(context, r => cookies.ToList().ForEach(c => r.Add("Cookie", c)));
        return second.Head is { IsStream: true } ? Pass("both have a stream")
            : second.Head is { Status: 429 or 503 } head ? Warn($"'{head}' to the second client")
            : second.Head is not null ? Fail($"'{second.Head}' to the second client") : StreamRequestPlay.NoAnswer(second);
    }

    /// <summary>One stream is open; a second client comes, and goes again where it is told to; the first has to get more.</summary>
    private static async Task<ConformanceFinding> OtherGoesOnAsync(ConformanceContext context, Leave? leave)
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        StreamWatch watch = await StreamWatch.GetAsync(context);
        await using StreamPeer first = await StreamPeer.AskAsync(context);
        await first.ReadUntilAsync(t => t.Events.Count > 0, context.Options.Timeout / 2);
        await using (StreamPeer second = await StreamPeer.AskAsync(context))
        {
            await second.ReadUntilAsync(t => t.Events.Count > 0, context.Options.Timeout / 2);
            if (leave == Leave.Reset)
            {
                second.Raw.Abort();
            }
        }

        // The server notices who has gone when it writes to him: more than one event is waited for.
        int wanted = first.Arrivals.Count + Math.Clamp(watch.Text.Events.Count / 2, 1, 3);
        TimeSpan left = first.Elapsed;
        while ((first.Arrivals.Count < wanted || (first.Elapsed - left).TotalSeconds < 0.5) && await first.ReadAsync(context.Options.Timeout))
        {
        }

        bool hasEnded = first.Last is FillResult.End or FillResult.Reset;
        return first.IsComplete || (first.Arrivals.Count >= wanted && !hasEnded) ? Pass("the first stream went on")
            : first.Framing?.Broken is { } broken ? Fail(broken)
            : first.Last == FillResult.Silence
                ? watch.Text.Events.Count > 2 ? Late("nothing more came to the first client")
                    : Info("nothing came to the first client, and nothing had to")
            : Fail("the first client's connection ended");
    }

    private static async Task<ConformanceFinding> OwnEventsAsync(ConformanceContext context)
    {
        StreamWatch watch = await StreamWatch.GetAsync(context);
        IReadOnlyList<StreamBlock> alone = watch.Text.Events;
        if (watch.Head is not { IsStream: true } || alone.Count < 4)
        {
            return Skip("fewer than four events came while the stream was watched");
        }

        StreamText[] texts = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ReadAsync(context, Math.Min(8, alone.Count))));
        if (StepOf([.. watch.Text.Ids]) is { } step)
        {
            StreamText? holed = texts.FirstOrDefault(t => t.Events.Count > 2 && StepOf([.. t.Ids]) != step);
            return holed is null ? Pass("each client got all of them")
                : Fail($"one of two clients got {string.Join(", ", holed.Ids.Take(8))}, and a client alone each one");
        }

        bool isShared = watch.End == StreamWatchEnd.Complete && alone.Count < 8
            && texts.All(t => t.Events.Count < alone.Count) && texts.Sum(t => t.Events.Count) <= alone.Count;
        return isShared ? Fail($"two clients got {texts[0].Events.Count} and {texts[1].Events.Count} events, and a client alone {alone.Count}")
            : Info("the events have no ids that count");
    }

    private static async Task<StreamText> ReadAsync(ConformanceContext context, int count)
    {
        await using StreamPeer peer = await StreamPeer.AskAsync(context);
        return await peer.ReadUntilAsync(t => t.Events.Count >= count, 2 * context.Options.Timeout);
    }

    /// <summary>The distance between ids that are numbers, where it is always the same.</summary>
    private static long? StepOf(string[] ids)
    {
        long[] numbers = [.. ids.Select(i => long.TryParse(i, out long number) ? number : long.MinValue)];
        long[] steps = [.. numbers.Skip(1).Zip(numbers, (a, b) => unchecked(a - b))];
        return numbers.Contains(long.MinValue) || steps.Length < 2 || steps.Distinct().Count() > 1 ? null : steps[0];
    }

    private static async Task<ConformanceFinding> TogetherAsync(ConformanceContext context, int count)
    {
        StreamWatch watch = await StreamWatch.GetAsync(context);
        if (watch.Head is not { IsStream: true } || watch.Text.Events.Count == 0)
        {
            return Skip("no event came while the stream was watched");
        }

        StreamText[] texts = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ReadAsync(context, 1)));
        int served = texts.Count(t => t.Events.Count > 0);
        return served == count ? Pass($"all {count} got an event") : Late($"{served} of {count} clients got an event");
    }

    private static ConformanceCase Leaves(string name, Leave leave, bool isRead)
        => new($"sse/clients/leaves/{name}", Gone, "the next client is served", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            for (int i = 0; i < 3; i++)
            {
                await using StreamPeer peer = await StreamPeer.ConnectAsync(context);
                await peer.SendAsync(new StreamRequest(context.Subject));
                if (isRead)
                {
                    await peer.ReadHeadAsync();
                    await peer.ReadUntilAsync(t => t.Events.Count > 0, context.Options.Timeout / 4);
                }

                if (leave == Leave.Reset)
                {
                    peer.Raw.Abort();
                }
            }

            return await ServesAsync(context);
        });

    private static ConformanceCase LeavesEarly(string name, Leave leave, int length)
        => new($"sse/clients/leaves/{name}", Gone, "the next client is served", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            for (int i = 0; i < 3; i++)
            {
                await using StreamPeer peer = await StreamPeer.ConnectAsync(context);
                await peer.SendAsync(new StreamRequest(context.Subject).ToBytes().AsMemory(0, length));
                if (leave == Leave.Reset)
                {
                    peer.Raw.Abort();
                }
            }

            return await ServesAsync(context);
        });

    private static async Task<ConformanceFinding> ServesAsync(ConformanceContext context)
    {
        StreamWatch watch = await StreamWatch.GetAsync(context);
        await using StreamPeer peer = await StreamPeer.AskAsync(context);
        if (peer.Head is not { IsStream: true })
        {
            return peer.Head is { } head ? Fail($"the next client gets '{head}'")
                : peer.Last == FillResult.Silence ? Late("the next client gets no answer") : Fail("the next client gets no answer");
        }

        StreamText text = await peer.ReadUntilAsync(t => t.Events.Count > 0, context.Options.Timeout);
        return text.Events.Count > 0 || watch.Text.Events.Count == 0 ? Pass("the next client is served") : Late("the next client gets no event");
    }

    private static async Task<ConformanceFinding> HalfCloseAsync(ConformanceContext context)
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        await using StreamPeer peer = await StreamPeer.ConnectAsync(context);
        await peer.SendAsync(new StreamRequest(context.Subject));
        peer.Raw.EndSending();
        await peer.ReadHeadAsync(context.Options.Timeout / 2);
        return await StreamRequestPlay.IsHarmedAsync(context)
            ?? (peer.Head is { IsStream: true } ? Pass("the stream") : peer.Head is null ? Info("no answer: half a close is a whole one here")
                : Info($"'{peer.Head}'"));
    }

    /// <summary>Clients that come and go; a server that does not forget them runs out of something.</summary>
    private static ConformanceCase Crowd(string name, ConformanceRule rule, int count, bool isTogether)
        => new ConformanceCase($"sse/clients/{name}", rule, "the next client is served", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            context.Allow(count + 4);
            List<StreamPeer> open = [];
            int refused = 0;
            for (int i = 0; i < count; i++)
            {
                StreamPeer peer = await StreamPeer.AskAsync(context, patience: context.Options.Timeout);
                refused += peer.Head is { IsStream: true } ? 0 : 1;
                open.Add(peer);
                if (!isTogether || refused > 2)
                {
                    open.ForEach(p => p.Raw.Abort());
                    open.Clear();
                }

                if (refused > 2)
                {
                    break;
                }
            }

            open.ForEach(p => p.Raw.Abort());
            ConformanceFinding finding = await ServesAsync(context);
            return finding.Verdict == ConformanceVerdict.Pass && refused > 0
                ? isTogether ? Info($"{refused} clients of {count} at a time were refused")
                    : Warn($"{refused} clients were refused, though none was there")
                : finding;
        }).Heavy();

    private static async Task<ConformanceFinding> StalledAsync(ConformanceContext context)
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        StreamPeer[] stalled = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            StreamPeer peer = await StreamPeer.ConnectAsync(context, receiveBuffer: 4096);
            await peer.SendAsync(new StreamRequest(context.Subject));
            return peer;
        }));
        StreamWatch watch = await StreamWatch.GetAsync(context);
        await using StreamPeer reader = await StreamPeer.AskAsync(context);
        StreamText text = await reader.ReadUntilAsync(t => t.Events.Count >= Math.Clamp(watch.Text.Events.Count / 2, 1, 20), context.Options.Timeout);
        foreach (StreamPeer peer in stalled)
        {
            await peer.DisposeAsync();
        }

        return reader.Head is not { IsStream: true } ? StreamRequestPlay.Judge(reader, StreamAnswer.Stream)
            : text.Events.Count > 0 || watch.Text.Events.Count == 0 ? Pass($"{text.Events.Count} events came meanwhile")
            : Late("no event came while others did not read");
    }

    private static async Task<ConformanceFinding> HalfHeadsAsync(ConformanceContext context)
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        List<StreamPeer> slow = [];
        for (int i = 0; i < 6; i++)
        {
            slow.Add(await StreamPeer.ConnectAsync(context));
            await slow[^1].SendAsync(new StreamRequest(context.Subject).ToBytes().AsMemory(0, 20 + (5 * i)));
        }

        ConformanceFinding finding = await ServesAsync(context);
        foreach (StreamPeer peer in slow)
        {
            await peer.DisposeAsync();
        }

        return finding;
    }
}
