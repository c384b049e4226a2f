using System.IO.Pipelines;
using System.Net;
using WireProtocols.Http1;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.Programs;

/// <summary>
/// A gateway in front of a language model's API, as a user would write it: it passes the tokens on as they come, the errors as they are, and a
/// client's leaving upstream at once, since every token that nobody reads costs money.
/// </summary>
internal sealed class LlmGateway(HttpClient upstream, Uri completions)
{
    public async ValueTask HandleAsync(Http1Exchange exchange, CancellationToken stopping)
    {
        byte[] prompt = await ReadAsync(exchange.Body, stopping);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(exchange.WatchClient(), stopping);
        using HttpRequestMessage request = new(HttpMethod.Post, completions) { Content = new ByteArrayContent(prompt) };
        using HttpResponseMessage response = await upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            await PassOnAsync(exchange, response, end.Token);
            return;
        }

        Http1BodyWriter output = exchange.StartResponse(
            200, Http1BodyFraming.Chunked, ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"));
        await using EventStreamWriter events = new((PipeWriter)output);
        try
        {
            using EventStreamReader tokens = new(await response.Content.ReadAsStreamAsync(end.Token));
            await foreach (ServerSentEvent token in tokens.ReadAllAsync(end.Token))
            {
                events.WriteEvent(token.Data, token.Type == "message" ? null : token.Type);
                await output.FlushAsync(end.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or WireProtocolException)
        {
            // The status is long gone, so the client is told in the stream.
            events.WriteEvent($$"""{"error":"The upstream broke off.","type":"{{exception.GetType().Name}}"}""", "error");
        }

        await output.CompleteAsync();
    }

    /// <summary>Passes on what is no stream of tokens: the status, the body, and what the client needs to know of the fields.</summary>
    private static async Task PassOnAsync(Http1Exchange exchange, HttpResponseMessage response, CancellationToken stop)
    {
        List<(string, string)> fields = [];
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is "Retry-After" or "Content-Type" or "X-Request-Id")
            {
                fields.Add((name, string.Join(", ", values)));
            }
        }

        await exchange.RespondAsync((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(stop), [.. fields]);
    }

    private static async Task<byte[]> ReadAsync(Http1IncomingBody body, CancellationToken stop)
    {
        using MemoryStream bytes = new();
        await body.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }
}
