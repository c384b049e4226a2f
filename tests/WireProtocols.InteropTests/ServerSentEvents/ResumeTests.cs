using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.ServerSentEvents;

public sealed class ResumeTests
{
    private const int Cuts = 1000;

    [Fact]
    public async Task A_connection_cut_a_thousand_times_at_random_points_loses_and_repeats_nothing()
    {
        EventStreamReplayBuffer replay = Fill(3000);
        Random random = new(8);
        int cuts = 0;
        await using WebServer server
            = await WebServer.StartAsync(app => app.MapGet("/", context => ServeAsync(context, replay, () => Cut(random, ref cuts))));
        List<string> events = [];
        EventStreamClientOptions options = new()
        {
            LastEventId = "start",
            ReconnectionTime = TimeSpan.Zero,
            MinReconnectionTime = TimeSpan.Zero,
            MaxBackoff = TimeSpan.Zero,
        };
        await using EventStreamClient client = new(server.Uri, options);
        await foreach (ServerSentEvent next in client.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(next.LastEventId, next.Type);
            events.Add(next.LastEventId);
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"{i}"), events);
        Assert.True(cuts >= Cuts, $"Only {cuts} connections were cut.");
    }

    /// <summary>How many bytes of a response arrive before it is cut off; few enough for a thousand cuts. A third of the cuts is an orderly end amid
    /// a block, the others abort.</summary>
    private static int? Cut(Random random, ref int cuts)
    {
        if (cuts >= Cuts + 200)
        {
            return null;
        }

        cuts++;
        return random.Next(250);
    }

    private static async Task ServeAsync(HttpContext context, EventStreamReplayBuffer replay, Func<int?> cut)
    {
        Assert.Equal(
            EventStreamReplay.Complete, replay.GetMissed(context.Request.Headers["Last-Event-ID"], out IReadOnlyList<ReadOnlyMemory<byte>> missed));
        if (missed.Count == 0)
        {
            context.Response.StatusCode = 204;
            return;
        }

        WebServer.StartStream(context.Response);
        await context.Response.StartAsync();
        int left = cut() ?? int.MaxValue;
        foreach (ReadOnlyMemory<byte> encoded in missed)
        {
            await context.Response.Body.WriteAsync(encoded[..Math.Min(left, encoded.Length)]);
            left -= encoded.Length;
            if (left <= 0)
            {
                await context.Response.Body.FlushAsync();
                if (left % 3 != 0)
                {
                    context.Abort();
                }

                return;
            }
        }
    }

    private static EventStreamReplayBuffer Fill(int count)
    {
        EventStreamReplayBuffer replay = new(count + 1, long.MaxValue);
        replay.Add("start", default);
        for (int i = 0; i < count; i++)
        {
            ArrayBufferWriter<byte> encoded = new();
            string id = i.ToString(CultureInfo.InvariantCulture);
            EventStreamEncoder.WriteEvent(encoded, $"first line of {i}\r\nsecond line", id, id);
            replay.Add(id, encoded.WrittenMemory);
        }

        return replay;
    }
}
