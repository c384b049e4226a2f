using System.Globalization;

namespace WireProtocols.Cli.Serve;

/// <summary>An event a second. Events are numbered from the number behind the client's last one on, so that a client that comes back misses
/// none and gets none twice.</summary>
internal sealed class SseClockRoute : Route
{
    private const int LongestInterval = 24 * 60 * 60 * 1000;

    public override string Path => "/sse/clock";

    public override string Description => "an event a second (?interval=ms&count=n), resumable by Last-Event-ID";

    public override ValueTask HandleAsync(ServeRequest request)
    {
        int interval = request.GetQuery("interval", 1000, 1, LongestInterval);
        int count = request.GetQuery("count", int.MaxValue, 1, int.MaxValue);
        long last = LastNumber(request);
        return ServeEventStream.RunAsync(
            request, stream => RunAsync(stream, request.Settings.Time, TimeSpan.FromMilliseconds(interval), last, count));
    }

    private static async Task RunAsync(ServeEventStream stream, TimeProvider time, TimeSpan interval, long last, int count)
    {
        stream.Writer.WriteComment(string.Create(CultureInfo.InvariantCulture, $"an event every {interval.TotalMilliseconds} ms"));
        stream.Writer.WriteRetry(TimeSpan.FromSeconds(1));
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
            {
                await stream.DelayAsync(interval);
            }

            last++;
            stream.Writer.WriteEvent(time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), id: last.ToString(CultureInfo.InvariantCulture));
            await stream.FlushAsync();
        }
    }

    /// <summary>The number in <c>Last-Event-ID</c>; one that is none of ours starts from the beginning.</summary>
    private static long LastNumber(ServeRequest request)
        => long.TryParse(request.GetField("Last-Event-ID"u8), NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            && last < long.MaxValue / 2
            ? last
            : 0;
}
