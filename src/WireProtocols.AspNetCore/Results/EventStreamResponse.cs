using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.AspNetCore;

/// <summary>The response of an event stream: its head, its writer, and its end.</summary>
internal static class EventStreamResponse
{
    public const string ContentType = "text/event-stream";

    /// <summary>The last event ID that the client has seen (WHATWG HTML §9.2.4); null where it comes for the first time.</summary>
    public static string? LastEventId(HttpContext context) => context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } id, ..] ? id : null;

    /// <summary>Runs what writes the stream, which says itself when the head is sent: whoever has the head gets what is published from then on. It
    /// ends early when the client has gone or the application stops.</summary>
    public static async Task RunAsync(
        HttpContext context, WireEventStreamOptions options, Func<EventStreamWriter, Func<Task>, CancellationToken, Task> write)
    {
        CancellationToken stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        WireDrain? drain = context.RequestServices.GetService<WireDrain>();
        if (drain is { IsDraining: true } || stopping.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = (drain ?? new WireDrain()).NextRetryAfter().ToString(CultureInfo.InvariantCulture);
            return;
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        StreamedHead.Set(context, ContentType);
        EventStreamWriterOptions writing = new() { HeartbeatInterval = options.HeartbeatInterval };
        await using EventStreamWriter writer = new(context.Response.BodyWriter, writing);
        try
        {
            await write(writer, () => BeginAsync(context, options, writer, end.Token), end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Nobody reads any more, or the server stops; the client comes back with the ID of the last event that it has seen.
        }
    }

    private static async Task BeginAsync(HttpContext context, WireEventStreamOptions options, EventStreamWriter writer, CancellationToken stop)
    {
        await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        if (options.ReconnectionTime is { } time)
        {
            await writer.WriteRetryAsync(time, stop).ConfigureAwait(false);
        }

        await writer.FlushAsync(stop).ConfigureAwait(false);
    }
}
