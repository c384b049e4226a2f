using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Backplane;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// An event stream of what is posted to it, here or, with <c>--backplane</c>, to any server that is joined to this one. A client may come back to
/// another one than it was at.
/// </summary>
internal sealed class TopicRoute(ServeTopics topics) : Route
{
    private const int MaxEventLength = 64 * 1024;

    public override string Path => "/sse/topic";

    public override IReadOnlyList<string> Methods => ["GET", "POST"];

    public override string Description => "an event stream of what is posted here (?name=topic), resumable by Last-Event-ID on every joined server";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        if (topics.Open(request.GetQuery("name") ?? "main") is not { } topic)
        {
            await request.RespondAsync(404, "?name= has 1 to 100 characters, and there are not too many topics.\n");
        }
        else if (request.Method == "POST")
        {
            await PublishAsync(request, topic);
        }
        else
        {
            await ServeBody.RunAsync(request, "text/event-stream", body => StreamAsync(request, topic, body));
        }
    }

    private static async Task StreamAsync(ServeRequest request, EventStreamTopic topic, ServeBody body)
    {
        await using EventStreamWriter writer
            = new((PipeWriter)body.Writer, new EventStreamWriterOptions { HeartbeatInterval = request.Settings.Heartbeat });
        await writer.FlushAsync(body.End);
        using EventStreamSubscription subscription = await topic.SubscribeAsync(request.GetField("Last-Event-ID"u8), body.End);
        await writer.WriteCommentAsync("listening", body.End);
        if (subscription.Replay == EventStreamReplay.Gone)
        {
            await writer.WriteEventAsync("What came behind your last event is not known here.", "gone", cancellationToken: body.End);
        }

        await subscription.RunAsync(writer, body.End);
    }

    private static async Task PublishAsync(ServeRequest request, EventStreamTopic topic)
    {
        byte[]? data = await TryReadAsync(request);
        if (data is null)
        {
            await request.RespondAsync(413, $"An event has at most {MaxEventLength} bytes.\n");
            return;
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(request.Exchange.WatchClient(), request.Stopping);
        try
        {
            await topic.PublishAsync(data, System.Text.Encoding.UTF8.GetBytes(request.GetQuery("type") ?? ""), end.Token);
            await request.RespondAsync(200, "published\n");
        }
        catch (ArgumentException exception)
        {
            await request.RespondAsync(400, $"{exception.Message}\n");
        }
        catch (BackplaneException exception)
        {
            await request.RespondAsync(503, $"{exception.Message}\n");
        }
    }

    /// <returns>Null where it is too long.</returns>
    private static async ValueTask<byte[]?> TryReadAsync(ServeRequest request)
    {
        ArrayBufferWriter<byte> data = new();
        while (!request.Exchange.Body.IsBodyCompleted)
        {
            ReadResult read = await request.Exchange.Body.ReadAsync(request.Stopping);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                data.Write(segment.Span);
            }

            request.Exchange.Body.AdvanceTo(read.Buffer.End);
            if (data.WrittenCount > MaxEventLength)
            {
                return null;
            }
        }

        return data.WrittenSpan.ToArray();
    }
}
