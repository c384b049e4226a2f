using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// Long polling: waits until there is an event newer than the last one that the client has seen, and answers with all of those. There is an
/// event every second, and its id is the second, so the server remembers nothing.
/// </summary>
internal sealed class PollRoute : Route
{
    private const int MostEvents = 60;
    private const int LongestTimeout = 60_000;

    public override string Path => "/poll";

    public override string Description => "long polling for events that come each second (?since=id&timeout=ms)";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        TimeProvider time = request.Settings.Time;
        long since = long.TryParse(request.GetQuery("since"), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;
        DateTimeOffset deadline = time.GetUtcNow().AddMilliseconds(request.GetQuery("timeout", 25_000, 0, LongestTimeout));
        DateTimeOffset now = time.GetUtcNow();
        while (now.ToUnixTimeSeconds() <= since && now < deadline && !request.Stopping.IsCancellationRequested)
        {
            TimeSpan untilNext = TimeSpan.FromMilliseconds(1000 - (now.ToUnixTimeMilliseconds() % 1000));
            TimeSpan wait = untilNext < deadline - now ? untilNext : deadline - now;
            await Task.Delay(wait, time, request.Stopping)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            now = time.GetUtcNow();
        }

        await request.RespondAsync(200, "application/json", CreateAnswer(since, now.ToUnixTimeSeconds()), ("Cache-Control", "no-store"));
    }

    /// <summary>The newest events after <paramref name="since"/>, oldest first; of a client that has seen none, only the newest.</summary>
    private static ReadOnlySpan<byte> CreateAnswer(long since, long newest)
    {
        ArrayBufferWriter<byte> answer = new();
        using Utf8JsonWriter json = new(answer);
        json.WriteStartObject();
        json.WriteNumber("last"u8, Math.Max(since, newest));
        json.WriteStartArray("events"u8);
        long first = since == 0 ? newest : Math.Max(since + 1, newest - MostEvents + 1);
        for (long id = first; id <= newest; id++)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, id);
            json.WriteString("time"u8, DateTimeOffset.FromUnixTimeSeconds(id).ToString("u", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return answer.WrittenSpan;
    }
}
