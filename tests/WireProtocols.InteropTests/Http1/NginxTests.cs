using System.Text;

namespace WireProtocols.InteropTests.Http1;

public class NginxTests(ServeFixture server)
{
    [Theory]
    [InlineData("/echo")]
    [InlineData("/streamed/echo")]
    public async Task Chunked_requests_come_back_through_the_proxy(string path)
    {
        await using NginxProxy proxy = await NginxProxy.StartAsync(server.Http);
        await using WireClient client = await WireClient.ConnectAsync(new Uri(proxy.Http).Port);
        for (int seed = 400; seed < 410; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            WireResponse response = await client.PostAsync(path, body, seed);
            Assert.Equal(200, response.Status);
            body.AssertSame(response.Body);
        }
    }

    [Theory]
    [InlineData("/ndjson/ticks?interval=3600000", "{\"tick\":1,")]
    [InlineData("/sse/clock?interval=3600000", ": an event every 3600000 ms")]
    public async Task Streamed_responses_are_not_held_back(string path, string firstLine)
    {
        // What comes second is an hour away, and nginx buffers unless it is told not to.
        await using NginxProxy proxy = await NginxProxy.StartAsync(server.Http);
        using HttpClient client = new();
        using HttpResponseMessage response = await client.GetAsync(
            proxy.Http + path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), Encoding.UTF8);
        Assert.StartsWith(firstLine, await lines.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
