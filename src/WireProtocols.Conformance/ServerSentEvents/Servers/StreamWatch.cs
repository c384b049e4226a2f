using System.IO.Compression;

namespace WireProtocols.Conformance;

/// <summary>How the subject's stream ended while it was watched.</summary>
internal enum StreamWatchEnd
{
    /// <summary>It went on when the watch was over.</summary>
    GoesOn,

    /// <summary>The body ended as its framing says.</summary>
    Complete,

    /// <summary>The connection ended inside the body.</summary>
    CutOff,

    /// <summary>A reset.</summary>
    Reset,

    /// <summary>The framing was broken.</summary>
    Broken,
}

/// <summary>The subject's stream as an ordinary client gets it, watched for a while. The cases of a run judge the same one.</summary>
internal sealed class StreamWatch
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private const int EnoughBytes = 256 * 1024;
    private const int EnoughArrivals = 80;

    private StreamWatch(StreamPeer peer, StreamWatchEnd end)
    {
        Head = peer.Head;
        HeadAt = peer.HeadAt;
        Framing = peer.Framing;
        Arrivals = peer.Arrivals;
        Duration = peer.Elapsed;
        Behind = peer.Behind;
        End = end;
        Last = peer.Last;
        Body = Decompress([.. peer.Body], Head?.Members("Content-Encoding") ?? []);
        Text = StreamText.Parse(Body);
        Trace = peer.Context.Trace.Lines;
    }

    public StreamHead? Head { get; }

    public TimeSpan HeadAt { get; }

    public StreamFraming? Framing { get; }

    public IReadOnlyList<StreamArrival> Arrivals { get; }

    public TimeSpan Duration { get; }

    public int Behind { get; }

    public StreamWatchEnd End { get; }

    /// <summary>How the last wait for bytes ended.</summary>
    public FillResult Last { get; }

    public byte[] Body { get; }

    public StreamText Text { get; }

    public IReadOnlyList<ConformanceTraceLine> Trace { get; }

    /// <summary>How long the subject takes for an answer without events.</summary>
    public TimeSpan Reaction { get; private init; }

    /// <summary>The watch of this run.</summary>
    public static async Task<StreamWatch> GetAsync(ConformanceContext context)
    {
        StreamWatch watch = await context.Shared.GetAsync("stream", () => WatchAsync(context));
        context.Trace.Add(watch.Trace);
        return watch;
    }

    private static async Task<StreamWatch> WatchAsync(ConformanceContext context)
    {
        ConformanceContext own = new(context.Subject, context.Options, 0, context.Stop, context.Shared);
        await using StreamPeer peer = await StreamPeer.AskAsync(own);
        if (peer.Head is null)
        {
            return new StreamWatch(peer, StreamWatchEnd.CutOff);
        }

        TimeSpan limit = context.Options.Timeout < Longest ? context.Options.Timeout : Longest;
        while (peer.Elapsed < limit && peer.Body.Count < EnoughBytes && (peer.Arrivals.Count < EnoughArrivals || peer.Elapsed.TotalSeconds < 1)
            && await peer.ReadAsync(limit - peer.Elapsed))
        {
        }

        StreamWatchEnd end = peer.IsComplete ? StreamWatchEnd.Complete
            : peer.Framing!.Broken is not null ? StreamWatchEnd.Broken
            : peer.Last switch
            {
                FillResult.Reset => StreamWatchEnd.Reset,
                FillResult.End => StreamWatchEnd.CutOff,
                _ => StreamWatchEnd.GoesOn,
            };
        if (end == StreamWatchEnd.Complete && peer.Framing is { EndsByClosing: false })
        {
            // What stands behind the end comes with it, or after a pause as before the other pieces.
            double pause = peer.Arrivals.Zip(peer.Arrivals.Skip(1), (a, b) => (b.At - a.At).TotalSeconds).DefaultIfEmpty(0).Max();
            await peer.Raw.FillAsync(TimeSpan.FromSeconds(Math.Min(0.05 + (2 * pause), 1.5)));
        }

        StreamWatch watch = new(peer, end) { Reaction = await ReactAsync(own) };
        return watch;
    }

    /// <summary>The time of an answer that needs no event, taken right behind the stream.</summary>
    private static async Task<TimeSpan> ReactAsync(ConformanceContext context)
    {
        TimeSpan[] all = await Task.WhenAll(new[] { "HEAD", "BREW" }.Select(async method =>
        {
            await using StreamPeer peer = await StreamPeer.AskAsync(context, r => r.Method = method, context.Options.Timeout / 5);
            return peer.Elapsed;
        }));
        return all.Min();
    }

    /// <summary>What stands behind a content coding, as far as it has come.</summary>
    public static byte[] Decompress(byte[] body, string[] codings)
    {
        if (codings is not [var coding] || body.Length == 0)
        {
            return body;
        }

        using MemoryStream source = new(body);
        using MemoryStream target = new();
        try
        {
            using Stream? inflater = Open(source, coding);
            inflater?.CopyTo(target);
            return inflater is null ? body : target.ToArray();
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or EndOfStreamException)
        {
            return target.Length > 0 ? target.ToArray() : body;
        }
    }

    /// <summary>What undoes a content coding; null for one that is not known.</summary>
    public static Stream? Open(Stream source, string coding) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
        "deflate" => new ZLibStream(source, CompressionMode.Decompress),
        "br" => new BrotliStream(source, CompressionMode.Decompress),
        _ => null,
    };
}
