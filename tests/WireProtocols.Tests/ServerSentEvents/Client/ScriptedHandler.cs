using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace WireProtocols.Tests.ServerSentEvents;

/// <summary>A server that answers each request with the next thing of a script.</summary>
internal sealed class ScriptedHandler(params Func<HttpRequestMessage, HttpResponseMessage>[] script) : HttpMessageHandler
{
    private int _next;

    public List<(HttpMethod Method, string? LastEventId, string Accept, string? Body)> Requests { get; } = [];

    public static Func<HttpRequestMessage, HttpResponseMessage> Stream(string body) => Stream(new MemoryStream(Encoding.UTF8.GetBytes(body)));

    public static Func<HttpRequestMessage, HttpResponseMessage> Stream(Stream body, string contentType = "text/event-stream") => _ =>
    {
        HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(body) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return response;
    };

    public static Func<HttpRequestMessage, HttpResponseMessage> Status(HttpStatusCode status, TimeSpan? retryAfter = null) => _ =>
    {
        HttpResponseMessage response = new(status);
        response.Headers.RetryAfter = retryAfter is { } time ? new RetryConditionHeaderValue(time) : null;
        return response;
    };

    public static Func<HttpRequestMessage, HttpResponseMessage> Broken() => _ => throw new HttpRequestException("refused");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add((
            request.Method,
            request.Headers.TryGetValues("Last-Event-ID", out IEnumerable<string>? values) ? string.Join(',', values) : null,
            request.Headers.Accept.ToString(),
            request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken)));
        HttpResponseMessage response = script[Math.Min(_next++, script.Length - 1)](request);
        response.RequestMessage ??= request;
        return response;
    }
}
