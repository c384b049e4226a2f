using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace WireProtocols.AspNetCore;

/// <summary>The head of a response that goes on: neither a cache, nor a proxy that compresses or gathers, nor the time limit of a request may stand
/// between what is written and its reader.</summary>
internal static class StreamedHead
{
    public static void Set(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, no-transform";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
    }
}
