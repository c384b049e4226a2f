using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Event streams over HTTP/1.1 connections, and a broadcaster that all of them follow.</summary>
public sealed class OurEventServer
{
    private readonly EventStreamBroadcaster _broadcaster = new(new EventStreamBroadcasterOptions { MaxWaitingEvents = 1024 });

    private OurEventServer()
    {
    }

    /// <param name="useEventLoops">Whether on event loops, else on sockets.</param>
    public static IAsyncDisposable Start(bool useEventLoops) => LoadListener.Start("http", new OurEventServer().ServeAsync, useEventLoops);

    private async Task ServeAsync(IWireTransport transport)
    {
        try
        {
            await using Http1ServerConnection connection = new(transport);
            await connection.RunAsync(AnswerAsync);
        }
        catch (IOException)
        {
            // The client is gone.
        }
    }

    private async ValueTask AnswerAsync(Http1Exchange exchange, CancellationToken stopping)
    {
        if (exchange.Request.Head.Path.SequenceEqual("/publish"u8))
        {
            EventsOrder order = EventsOrder.Parse(Encoding.ASCII.GetString(exchange.Request.Head.Query));
            byte[] data = Encoding.ASCII.GetBytes(order.Data);
            for (int i = 0; i < order.Events; i++)
            {
                _broadcaster.Publish(data);
            }

            await exchange.RespondAsync(204, default);
            return;
        }

        Http1BodyWriter body = exchange.StartResponse(200, Http1BodyFraming.Chunked, ("Content-Type", "text/event-stream"));
        using EventStreamSubscription subscription = _broadcaster.Subscribe();
        await body.FlushAsync(stopping);
        await using EventStreamWriter writer = new(body);
        await subscription.RunAsync(writer, stopping);
        await body.CompleteAsync();
    }
}
