namespace WireProtocols.Conformance;

/// <summary>Where a stream went on behind an id.</summary>
internal enum StreamResumed
{
    /// <summary>Behind the event with the id.</summary>
    Next,

    /// <summary>With events that came before or at the id.</summary>
    Again,

    /// <summary>With a later one than the next.</summary>
    Later,

    /// <summary>With an event that had not been seen before.</summary>
    Unknown,

    /// <summary>With events that have no id.</summary>
    WithoutId,

    /// <summary>Nothing came.</summary>
    Silent,

    /// <summary>The stream ended without an event.</summary>
    Ended,

    /// <summary>204.</summary>
    Stopped,

    /// <summary>Another status.</summary>
    Refused,
}

/// <summary>What came to a request with Last-Event-ID.</summary>
/// <param name="How">Where the stream went on.</param>
/// <param name="Events">The first events.</param>
/// <param name="Head">The head.</param>
/// <param name="Index">Which of the known ids came first; -1 for none of them.</param>
internal sealed record StreamResume(StreamResumed How, IReadOnlyList<StreamBlock> Events, StreamHead? Head, int Index)
{
    private const int Wanted = 3;

    public string? FirstId => Events.Count > 0 ? Events[0].Id : null;

    /// <summary>The events with ids that an ordinary client got; null where there is nothing to go on behind.</summary>
    public static async Task<(IReadOnlyList<StreamBlock> Events, ConformanceFinding? None)> KnownAsync(ConformanceContext context)
    {
        StreamWatch watch = await StreamWatch.GetAsync(context);
        StreamBlock[] events = [.. watch.Text.Events.Where(e => e.Id is { Length: > 0 }).DistinctBy(e => e.Id)];
        return (events, watch.Head is not { Status: 200 } ? ConformanceFinding.Skip("there is no stream")
            : events.Length == 0 ? ConformanceFinding.Skip("the events have no ids")
            : events.Length < 4 ? ConformanceFinding.Skip($"only {events.Length} events with ids came while the stream was watched") : null);
    }

    /// <summary>Asks for what comes behind one of the known events; the cases of a run ask together.</summary>
    public static Task<StreamResume> AskAsync(ConformanceContext context, IReadOnlyList<StreamBlock> known, int index)
        => context.Shared.GetAsync(
            $"resume {index}",
            () => AskAsync(new ConformanceContext(context.Subject, context.Options, 0, context.Stop, context.Shared), known, index,
                r => r.Add("Last-Event-ID", StreamRequest.Utf8(known[index].Id!))));

    public static async Task<StreamResume> AskAsync(
        ConformanceContext context, IReadOnlyList<StreamBlock> known, int index, Action<StreamRequest> edit)
    {
        await using StreamPeer peer = await StreamPeer.AskAsync(context, edit);
        if (peer.Head is not { IsStream: true } head)
        {
            return new StreamResume(peer.Head?.Status == 204 ? StreamResumed.Stopped : StreamResumed.Refused, [], peer.Head, -1);
        }

        StreamText text = await peer.ReadUntilAsync(t => t.Events.Count >= Wanted, context.Options.Timeout / 2);
        string? first = text.Events.Count > 0 ? text.Events[0].Id : null;
        int found = known.Select(e => e.Id).ToList().IndexOf(first);
        StreamResumed how = text.Events.Count == 0 ? peer.IsComplete ? StreamResumed.Ended : StreamResumed.Silent
            : string.IsNullOrEmpty(first) ? StreamResumed.WithoutId
            : found < 0 ? StreamResumed.Unknown
            : found == index + 1 ? StreamResumed.Next
            : found <= index ? StreamResumed.Again : StreamResumed.Later;

        // Behind the last known event a new one is the next.
        return new StreamResume(how == StreamResumed.Unknown && index == known.Count - 1 ? StreamResumed.Next : how, text.Events, head, found);
    }
}
