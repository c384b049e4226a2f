using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace WireProtocols.Peers;

/// <summary>Numbered events as minimal APIs write them, twelve a stream, and on from the last id that the client had.</summary>
internal static class KestrelEvents
{
    private const int EventsOfStream = 12;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(30);

    public static void Map(WebApplication application)
        => application.MapGet("/events", (HttpContext context) => TypedResults.ServerSentEvents(CountAsync(context, context.RequestAborted)));

    private static async IAsyncEnumerable<SseItem<string>> CountAsync(HttpContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        _ = int.TryParse(context.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out int last);
        for (int id = last + 1; id <= last + EventsOfStream; id++)
        {
            yield return new SseItem<string>($"event {id}\nsecond line", "tick")
            {
                EventId = id.ToString(CultureInfo.InvariantCulture),
                ReconnectionInterval = TimeSpan.FromSeconds(1),
            };
            await Task.Delay(Interval, stop);
        }
    }
}
