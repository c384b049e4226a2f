using System.Net;
using System.Text;
using System.Text.Json;

namespace WireProtocols.InteropTests.Http1;

public class HttpClientTests(ServeFixture server)
{
    private const int Rounds = 30;

    private static readonly HttpClient Client = new();

    [Fact]
    public async Task Random_bodies_in_random_chunks_come_back()
    {
        for (int seed = 0; seed < Rounds; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            using HttpRequestMessage request = new(HttpMethod.Post, server.Http + "/echo") { Content = new PieceContent(body) };
            request.Headers.TransferEncodingChunked = true;
            using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, response.Headers.TransferEncodingChunked));
            body.AssertSame(await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_body_of_known_length_comes_back_in_chunks_and_the_connection_is_used_again()
    {
        for (int seed = 0; seed < Rounds; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            using HttpResponseMessage response = await Client.PutAsync(server.Http + "/echo", new ByteArrayContent(body.Bytes));
            Assert.True(response.Headers.TransferEncodingChunked);
            Assert.NotEqual(true, response.Headers.ConnectionClose);
            body.AssertSame(await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task An_expectation_is_answered_before_the_body_is_read()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, server.Http + "/echo") { Content = new StringContent("hello") };
        request.Headers.ExpectContinue = true;
        using HttpClient patient = new(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan });
        using HttpResponseMessage response = await patient.SendAsync(request);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Records_arrive_while_the_stream_goes_on()
    {
        // The next tick is an hour away: what arrives was not waited for.
        using HttpResponseMessage response
            = await Client.GetAsync(server.Http + "/ndjson/ticks?interval=3600000", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        using JsonDocument tick = JsonDocument.Parse((await lines.ReadLineAsync())!);
        Assert.Equal(1, tick.RootElement.GetProperty("tick").GetInt32());
    }

    [Fact]
    public async Task Ticks_come_as_many_as_asked_for()
    {
        string[] lines
            = (await Client.GetStringAsync(server.Http + "/ndjson/ticks?count=50&interval=1")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            Enumerable.Range(1, 50),
            lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("tick").GetInt32()));
    }

    [Fact]
    public async Task A_poll_returns_at_once_for_a_newcomer_and_waits_for_who_has_seen_all()
    {
        using JsonDocument first = JsonDocument.Parse(await Client.GetStringAsync(server.Http + "/poll"));
        long last = first.RootElement.GetProperty("last").GetInt64();
        Assert.Equal(last, first.RootElement.GetProperty("events")[0].GetProperty("id").GetInt64());
        using JsonDocument next = JsonDocument.Parse(await Client.GetStringAsync($"{server.Http}/poll?since={last}&timeout=10000"));
        Assert.Equal(last + 1, next.RootElement.GetProperty("events")[0].GetProperty("id").GetInt64());
        using JsonDocument none = JsonDocument.Parse(await Client.GetStringAsync($"{server.Http}/poll?since={last + 1_000_000}&timeout=1"));
        Assert.Equal(
            (last + 1_000_000, 0), (none.RootElement.GetProperty("last").GetInt64(), none.RootElement.GetProperty("events").GetArrayLength()));
    }

    private sealed class PieceContent(RandomBody body) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (ReadOnlyMemory<byte> piece in body.Pieces)
            {
                await stream.WriteAsync(piece);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
