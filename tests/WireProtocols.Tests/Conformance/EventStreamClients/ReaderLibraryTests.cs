using System.Text;
using System.Text.Json;
using WireProtocols.Conformance;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.Conformance.EventStreamClients;

/// <summary>The library's own client under the eyes of the examiner.</summary>
public class ReaderLibraryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_client_of_the_library_passes()
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", EventStreamClientCases.All);
        List<string> wrong = [];
        await foreach (ConformanceResult result in listener.RunAsync(EventStreamClientCases.All, ReadAndReportAsync,
            TestContext.Current.CancellationToken))
        {
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn)
            {
                output.WriteLine($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
                wrong.Add(result.Case.Id);
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task ReadAndReportAsync(Uri url, CancellationToken stop)
    {
        using SocketsHttpHandler handler = EventStreamClient.CreateHandler();
        using HttpClient http = new(handler);
        StringBuilder report = new();
        EventStreamClientOptions options = new()
        {
            MaxAttempts = 4,
            ReconnectionTime = TimeSpan.FromMilliseconds(100),
            MinReconnectionTime = TimeSpan.FromMilliseconds(10),
        };
        await using (EventStreamClient client = new(http, url, options))
        {
            try
            {
                while (await client.WaitToReadAsync(stop))
                {
                    while (client.TryRead(out EventStreamElement element))
                    {
                        if (element.Kind == EventStreamElementKind.Event)
                        {
                            ServerSentEvent seen = element.ToEvent();
                            Append(report, new { kind = "event", type = seen.Type, data = seen.Data, lastEventId = seen.LastEventId });
                        }
                    }
                }
            }
            catch (Exception exception) when (exception is EventStreamProtocolException or HttpRequestException or IOException)
            {
                Append(report, new { kind = "error", message = exception.Message });
            }
        }

        using StringContent content = new(report.ToString(), Encoding.UTF8, "application/x-ndjson");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(url, "/report"), content, stop);
    }

    private static void Append(StringBuilder report, object row) => report.Append(JsonSerializer.Serialize(row)).Append('\n');
}
