using Microsoft.AspNetCore.Http;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.AspNetCore;

/// <summary>Answers with an event stream (WHATWG HTML §9.2).</summary>
public sealed class EventStreamHttpResult : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    private readonly Func<string?, EventStreamWriter, Func<Task>, CancellationToken, Task> _write;
    private readonly WireEventStreamOptions _options;

    internal EventStreamHttpResult(Func<string?, EventStreamWriter, Func<Task>, CancellationToken, Task> write, WireEventStreamOptions? options)
    {
        _write = write;
        _options = options ?? WireEventStreamOptions.Default;
    }

    /// <inheritdoc/>
    public int? StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public string? ContentType => EventStreamResponse.ContentType;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        string? lastEventId = EventStreamResponse.LastEventId(httpContext);
        return EventStreamResponse.RunAsync(httpContext, _options, (writer, begin, stop) => _write(lastEventId, writer, begin, stop));
    }
}
