using System.Text.Json.Serialization.Metadata;
using WireProtocols.Ndjson;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.AspNetCore;

/// <summary>Results of an endpoint that go on: <c>app.MapGet("/events", () =&gt; WireResults.EventStream(broadcaster))</c>.</summary>
public static class WireResults
{
    /// <summary>An event stream of events.</summary>
    /// <param name="events">The events; the enumeration is cancelled when the client goes and when the application stops.
    /// <see cref="ServerSentEvent.LastEventId"/> is the ID that is sent, none where it is empty.</param>
    /// <param name="options">How it is sent; <see cref="WireEventStreamOptions.Default"/> when null.</param>
    public static EventStreamHttpResult EventStream(IAsyncEnumerable<ServerSentEvent> events, WireEventStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        return EventStream((_, _) => events, options);
    }

    /// <summary>An event stream that goes on where the client left off.</summary>
    /// <param name="events">Makes the events behind the last event ID that the client has seen, which is null where it has seen none.</param>
    /// <param name="options">How it is sent.</param>
    public static EventStreamHttpResult EventStream(
        Func<string?, CancellationToken, IAsyncEnumerable<ServerSentEvent>> events, WireEventStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new EventStreamHttpResult(
            async (lastEventId, writer, begin, stop) =>
            {
                await begin().ConfigureAwait(false);
                await foreach (ServerSentEvent next in events(lastEventId, stop).WithCancellation(stop).ConfigureAwait(false))
                {
                    // An empty ID would make the client forget the last one.
                    string? id = next.LastEventId is { Length: > 0 } given ? given : null;
                    if (!await writer.WriteEventAsync(next.Data, next.Type, id, stop).ConfigureAwait(false))
                    {
                        return;
                    }
                }
            },
            options);
    }

    /// <summary>An event stream of values as JSON.</summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="values">The values; the enumeration is cancelled when the client goes and when the application stops.</param>
    /// <param name="typeInfo">How they become JSON.</param>
    /// <param name="type">The type of the events; null for none, which is <c>message</c>.</param>
    /// <param name="options">How it is sent.</param>
    public static EventStreamHttpResult EventStream<T>(
        IAsyncEnumerable<T> values, JsonTypeInfo<T> typeInfo, string? type = null, WireEventStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(typeInfo);
        return new EventStreamHttpResult(
            async (_, writer, begin, stop) =>
            {
                await begin().ConfigureAwait(false);
                await foreach (T value in values.WithCancellation(stop).ConfigureAwait(false))
                {
                    if (!await writer.WriteJsonAsync(value, typeInfo, type, cancellationToken: stop).ConfigureAwait(false))
                    {
                        return;
                    }
                }
            },
            options);
    }

    /// <summary>What a broadcaster publishes, from the event on that the client has not seen.</summary>
    /// <param name="broadcaster">The broadcaster.</param>
    /// <param name="whenGone">Sends the whole state to a client that was away for longer than the replay reaches; null for nothing.</param>
    /// <param name="options">How it is sent.</param>
    public static EventStreamHttpResult EventStream(
        EventStreamBroadcaster broadcaster,
        Func<EventStreamWriter, CancellationToken, Task>? whenGone = null,
        WireEventStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(broadcaster);
        return new EventStreamHttpResult(
            async (lastEventId, writer, begin, stop) =>
            {
                using EventStreamSubscription subscription = broadcaster.Subscribe(lastEventId);
                await begin().ConfigureAwait(false);
                await RunAsync(subscription, writer, whenGone, stop).ConfigureAwait(false);
            },
            options);
    }

    /// <summary>What any of several machines publishes, from the event on that the client has not seen, whichever of them it came from.</summary>
    /// <param name="topic">The topic that the machines have in common.</param>
    /// <param name="whenGone">Sends the whole state to a client whose events are retained no longer; null for nothing.</param>
    /// <param name="options">How it is sent.</param>
    public static EventStreamHttpResult EventStream(
        EventStreamTopic topic, Func<EventStreamWriter, CancellationToken, Task>? whenGone = null, WireEventStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new EventStreamHttpResult(
            async (lastEventId, writer, begin, stop) =>
            {
                // Where the client left off may be a question to the backplane; what is published meanwhile is in the log.
                bool goesOn = lastEventId is not null;
                if (goesOn)
                {
                    await begin().ConfigureAwait(false);
                }

                using EventStreamSubscription subscription = await topic.SubscribeAsync(lastEventId, stop).ConfigureAwait(false);
                if (!goesOn)
                {
                    await begin().ConfigureAwait(false);
                }

                await RunAsync(subscription, writer, whenGone, stop).ConfigureAwait(false);
            },
            options);
    }

    /// <summary>A JSON text a line.</summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="values">The values; the enumeration is cancelled when the client goes.</param>
    /// <param name="typeInfo">How they become JSON.</param>
    /// <param name="options">The format and its limits; <see cref="NdjsonWriterOptions.Default"/> when null.</param>
    public static NdjsonHttpResult<T> Ndjson<T>(IAsyncEnumerable<T> values, JsonTypeInfo<T> typeInfo, NdjsonWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(typeInfo);
        return new NdjsonHttpResult<T>(values, typeInfo, options);
    }

    private static async Task RunAsync(
        EventStreamSubscription subscription,
        EventStreamWriter writer,
        Func<EventStreamWriter, CancellationToken, Task>? whenGone,
        CancellationToken stop)
    {
        if (subscription.Replay == EventStreamReplay.Gone && whenGone is not null)
        {
            await whenGone(writer, stop).ConfigureAwait(false);
        }

        await subscription.RunAsync(writer, stop).ConfigureAwait(false);
    }
}
