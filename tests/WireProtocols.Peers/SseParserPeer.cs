using System.Net;
using System.Net.ServerSentEvents;
using System.Text;

namespace WireProtocols.Peers;

/// <summary>System.Net.ServerSentEvents behind HttpClient; it reads one stream, as the parser does not connect again.</summary>
internal static class SseParserPeer
{
    private static readonly HttpClient Client = new();

    public static async Task<bool> PlayAsync(Uri url)
    {
        StringBuilder lines = new();
        try
        {
            await ReadAsync(url, lines);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            lines.Append(Report.Error(exception));
        }

        return await Report.PostAsync(Client, url, lines.ToString());
    }

    private static async Task ReadAsync(Uri url, StringBuilder lines)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Cache-Control", "no-store");
        using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode != HttpStatusCode.OK
            || !string.Equals(response.Content.Headers.ContentType?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException($"status {(int)response.StatusCode}, {response.Content.Headers.ContentType}");
        }

        SseParser<string> parser = SseParser.Create(await response.Content.ReadAsStreamAsync());
        await foreach (SseItem<string> item in parser.EnumerateAsync())
        {
            lines.Append(Report.Line(new { kind = "event", type = item.EventType, data = item.Data, lastEventId = parser.LastEventId }));
        }
    }
}
