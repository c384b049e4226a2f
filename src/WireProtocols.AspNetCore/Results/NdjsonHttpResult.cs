using System.IO.Pipelines;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using WireProtocols.Ndjson;

namespace WireProtocols.AspNetCore;

/// <summary>Answers with a JSON text a line (ndjson-spec 1.0), each sent as soon as it is there.</summary>
/// <typeparam name="T">What is sent.</typeparam>
public sealed class NdjsonHttpResult<T> : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    private readonly IAsyncEnumerable<T> _values;
    private readonly JsonTypeInfo<T> _typeInfo;
    private readonly NdjsonWriterOptions? _options;

    internal NdjsonHttpResult(IAsyncEnumerable<T> values, JsonTypeInfo<T> typeInfo, NdjsonWriterOptions? options)
    {
        _values = values;
        _typeInfo = typeInfo;
        _options = options;
    }

    /// <inheritdoc/>
    public int? StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public string ContentType => _options?.Format == NdjsonFormat.TextSequence ? "application/json-seq" : "application/x-ndjson";

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        StreamedHead.Set(httpContext, ContentType);
        CancellationToken stop = httpContext.RequestAborted;
        try
        {
            await httpContext.Response.StartAsync(stop).ConfigureAwait(false);
            using NdjsonWriter writer = new(httpContext.Response.BodyWriter, _options);
            await WriteAsync(writer, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    /// <summary>Values that are there already go out together; before one is waited for, those before it are sent.</summary>
    private async Task WriteAsync(NdjsonWriter writer, CancellationToken stop)
    {
        await using IAsyncEnumerator<T> values = _values.GetAsyncEnumerator(stop);
        while (await MoveNextAsync(values, writer, stop).ConfigureAwait(false))
        {
            await writer.WriteAsync(values.Current, _typeInfo, stop).ConfigureAwait(false);
        }

        await writer.FlushAsync(stop).ConfigureAwait(false);
    }

    /// <summary>The next value; what is written is sent before it is waited for.</summary>
    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<T> values, NdjsonWriter writer, CancellationToken stop)
    {
        ValueTask<bool> next = values.MoveNextAsync();
        if (next.IsCompleted)
        {
            return await next.ConfigureAwait(false);
        }

        // An enumerator may be disposed of only when its step has ended, so the step is waited for whatever becomes of the flush.
        Task<bool> step = next.AsTask();
        try
        {
            FlushResult flush = await writer.FlushAsync(stop).ConfigureAwait(false);
            return await step.ConfigureAwait(false) && !flush.IsCompleted;
        }
        finally
        {
            await ((Task)step).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
