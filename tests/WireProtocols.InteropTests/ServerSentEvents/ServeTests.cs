using System.Net.ServerSentEvents;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.ServerSentEvents;

/// <summary>`wire serve`'s event streams, read by the library's client and by the platform's parser.</summary>
public sealed class ServeTests(ServeFixture server)
{
    [Fact]
    public async Task The_clock_goes_on_where_the_client_left_off()
    {
        await using EventStreamClient client
            = new(new Uri(server.Http + "/sse/clock?interval=1&count=3"), new EventStreamClientOptions { MaxBackoff = TimeSpan.Zero });
        List<string> ids = await client.ReadAllAsync().Take(7).Select(e => e.LastEventId).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], ids);
        Assert.Equal(TimeSpan.FromSeconds(1), client.ReconnectionTime);
    }

    [Fact]
    public async Task Tokens_end_with_done()
    {
        using HttpClient http = new();
        await using Stream stream = await http.GetStreamAsync(server.Http + "/sse/tokens?count=5&interval=1", TestContext.Current.CancellationToken);
        List<string> items = await SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).Select(i => i.Data).ToListAsync();
        Assert.Equal(6, items.Count);
        Assert.Equal("""{"index":0,"delta":"Every"}""", items[0]);
        Assert.Equal("[DONE]", items[^1]);
    }
}
