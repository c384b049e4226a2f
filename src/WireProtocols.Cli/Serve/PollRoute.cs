using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// Polling for events that come each second. A long poll waits until there is an event newer than the last one that the client has seen; a short
/// poll is answered at once, with 304 where there is none. The id of an event is its second, so the server remembers nothing.
/// </summary>
internal sealed class PollRoute : Route
{
    private const int MostEvents = 60;

    public override string Path => "/poll";

    public override IReadOnlyList<string> Methods => ["GET", "HEAD"];

    public override string Description => "long polling for events that come each second (?since=id&timeout=ms), short with If-None-Match";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        PollWishes wishes = PollWishes.Of(request);
        long newest = await WaitAsync(request, wishes);
        List<(string, string)> fields = [("ETag", $"\"{newest}\""), ("Cache-Control", "no-cache"), ("Vary", "Prefer")];
        if (wishes.PreferredWait is { } wait)
        {
            fields.Add(("Preference-Applied", string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds}")));
        }

        if (wishes.IsConditional && newest <= wishes.Since)
        {
            request.Exchange.StartResponse(304, Http1BodyFraming.None, [.. fields]).Complete();
            return;
        }

        fields.Add(("Content-Type", "application/json"));
        await request.Exchange.RespondAsync(200, CreateAnswer(wishes.Since, newest), [.. fields]);
    }

    /// <summary>Waits for an event that the client has not seen, or until it or the server wants no more.</summary>
    /// <returns>The newest event.</returns>
    private static async Task<long> WaitAsync(ServeRequest request, PollWishes wishes)
    {
        TimeProvider time = request.Settings.Time;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset deadline = now + wishes.Patience;
        using CancellationTokenSource end
            = CancellationTokenSource.CreateLinkedTokenSource(request.Exchange.WatchClient(), request.Stopping);
        while (now.ToUnixTimeSeconds() <= wishes.Since && now < deadline && !end.IsCancellationRequested)
        {
            TimeSpan untilNext = TimeSpan.FromMilliseconds(1000 - (now.ToUnixTimeMilliseconds() % 1000));
            TimeSpan wait = untilNext < deadline - now ? untilNext : deadline - now;
            await Task.Delay(wait, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            now = time.GetUtcNow();
        }

        return now.ToUnixTimeSeconds();
    }

    /// <summary>The newest events after <paramref name="since"/>, oldest first; of a client that has seen none, only the newest.</summary>
    private static ReadOnlyMemory<byte> CreateAnswer(long since, long newest)
    {
        ArrayBufferWriter<byte> answer = new();
        using Utf8JsonWriter json = new(answer);
        json.WriteStartObject();
        json.WriteNumber("last"u8, Math.Max(since, newest));
        json.WriteStartArray("events"u8);
        long count = since == 0 ? 1 : Math.Clamp(newest - since, 0, MostEvents);
        for (long id = newest - count + 1; id <= newest; id++)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, id);
            json.WriteString("time"u8, DateTimeOffset.FromUnixTimeSeconds(id).ToString("u", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return answer.WrittenMemory;
    }
}
