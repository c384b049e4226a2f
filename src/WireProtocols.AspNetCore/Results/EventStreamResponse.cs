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

    /// <summary>Sends the head, and runs what writes the stream. It ends early when the client has gone or the
    /// application stops.</summary>
    public static async Task RunAsync(
        HttpContext context, WireEventStreamOptions options, Func<EventStreamWriter, CancellationToken, Task> write)
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
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
            if (options.ReconnectionTime is { } time)
            {
                await writer.WriteRetryAsync(time, end.Token).ConfigureAwait(false);
            }

            await writer.FlushAsync(end.Token).ConfigureAwait(false);
            await write(writer, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Nobody reads any more, or the server stops; the client comes back with the ID of the last event that it has seen.
        }
    }
}
