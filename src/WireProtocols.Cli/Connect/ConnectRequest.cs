using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace WireProtocols.Cli.Connect;

/// <summary>The request of a client of HTTP, as the options want it.</summary>
internal static class ConnectRequest
{
    /// <exception cref="ToolException">A header of the command line cannot be sent.</exception>
    public static HttpRequestMessage Create(ConnectRun run)
    {
        string? data = run.Get(run.Options.Data);
        string method = run.Get(run.Options.Method) is { Length: > 0 } named ? named : data is null ? "GET" : "POST";
        HttpRequestMessage request = new(new HttpMethod(method), run.Url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = data is null ? null : new StringContent(data, Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        if (run.Get(run.Options.LastEventId) is { Length: > 0 } id)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", id);
        }

        run.AddHeaders(request.Headers, request.Content?.Headers);
        return request;
    }
}
