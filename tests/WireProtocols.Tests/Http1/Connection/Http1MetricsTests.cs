using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Http1;

/// <summary>The meter of the process hears every connection in it, so these tests run alone.</summary>
[Collection(Alone.Name)]
public class Http1MetricsTests
{
    [Fact]
    public async Task Instruments_tell_of_connections_requests_and_refusals()
    {
        ConcurrentQueue<string> heard = [];
        using MeterListener listener = Listen(heard);
        await TalkAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\nBREW /pot HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\n\r\n");
        Assert.Equal(
            [
                "http.server.active_connections 1",
                "http.server.active_requests 1",
                "http.server.active_requests -1",
                "http.server.request.duration GET 200",
                "http.server.active_requests 1",
                "http.server.active_requests -1",
                "http.server.request.duration _OTHER 200",
                "http.server.refusals MissingHost",
                "http.server.active_connections -1",
                "http.server.connection.duration",
            ],
            heard);
    }

    [Fact]
    public async Task What_the_body_breaks_and_what_the_handler_fails_of_are_told_apart()
    {
        ConcurrentQueue<string> heard = [];
        using MeterListener listener = Listen(heard);
        await TalkAsync("POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
        await TalkAsync("GET /fail HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal(
            ["http.server.refusals InvalidChunkSize", "http.server.refusals handler"],
            heard.Where(row => row.StartsWith("http.server.refusals", StringComparison.Ordinal)));
        Assert.Equal(
            ["http.server.request.duration POST 400", "http.server.request.duration GET 500"],
            heard.Where(row => row.StartsWith("http.server.request.duration", StringComparison.Ordinal)));
    }

    private static async Task TalkAsync(string input)
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        await client.Output.WriteAsync(Encoding.Latin1.GetBytes(input));
        await client.Output.CompleteAsync();
        await using Http1ServerConnection connection = new(server);
        try
        {
            await connection.RunAsync(async (exchange, stop) =>
            {
                if (exchange.Request.Target == "/fail")
                {
                    throw new FormatException();
                }

                await exchange.Body.CopyToAsync(Stream.Null, stop);
                await exchange.RespondAsync(200, default);
            });
        }
        catch (FormatException)
        {
            // The handler's own.
        }
    }

    private static MeterListener Listen(ConcurrentQueue<string> heard)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "WireProtocols.Http1")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => heard.Enqueue($"{instrument.Name} {(tags.Length > 0 ? tags[0].Value : value)}"));
        listener.SetMeasurementEventCallback<double>(
            (instrument, _, tags, _) => heard.Enqueue(string.Join(' ', [instrument.Name, .. tags.ToArray().Select(t => t.Value)])));
        listener.Start();
        return listener;
    }
}
