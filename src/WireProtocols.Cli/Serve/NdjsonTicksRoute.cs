using System.Globalization;
using System.Text.Json.Serialization;
using WireProtocols.Ndjson;

namespace WireProtocols.Cli.Serve;

/// <summary>A record a tick, in chunks: what "fetch streaming" reads.</summary>
internal sealed class NdjsonTicksRoute : Route
{
    private const int LongestInterval = 24 * 60 * 60 * 1000;

    public override string Path => "/ndjson/ticks";

    public override string Description => "a JSON record a second, one a line (?count=n&interval=ms)";

    public override ValueTask HandleAsync(ServeRequest request)
    {
        int count = request.GetQuery("count", int.MaxValue, 0, int.MaxValue);
        TimeSpan interval = TimeSpan.FromMilliseconds(request.GetQuery("interval", 1000, 0, LongestInterval));
        return ServeBody.RunAsync(request, "application/x-ndjson", body => RunAsync(body, request.Settings.Time, count, interval));
    }

    private static async Task RunAsync(ServeBody body, TimeProvider time, int count, TimeSpan interval)
    {
        using NdjsonWriter writer = new(body.Writer);
        for (int tick = 1; tick <= count; tick++)
        {
            writer.Write(new Tick(tick, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)), TickContext.Default.Tick);
            await body.FlushAsync();
            if (tick < count)
            {
                await body.DelayAsync(interval);
            }
        }
    }
}

/// <summary>A record of <see cref="NdjsonTicksRoute"/>.</summary>
internal sealed record Tick(
    [property: JsonPropertyName("tick")] int Number,
    [property: JsonPropertyName("time")] string Time);

/// <summary>How ticks are written.</summary>
[JsonSerializable(typeof(Tick))]
internal sealed partial class TickContext : JsonSerializerContext;
