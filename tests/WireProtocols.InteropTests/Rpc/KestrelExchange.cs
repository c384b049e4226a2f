using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using WireProtocols.Rpc;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>A call over Kestrel's HTTP: its heads, its bodies as they are, its trailers.</summary>
internal sealed class KestrelExchange(HttpContext context) : RpcServerExchange
{
    public override string Method => context.Request.Method;

    public override string Query => context.Request.QueryString.HasValue ? context.Request.QueryString.Value![1..] : "";

    public override IReadOnlyCollection<(string Name, string Value)> Fields { get; }
        = [.. context.Request.Headers.SelectMany(h => h.Value.Select(v => (h.Key, v ?? "")))];

    public override PipeReader Input => context.Request.BodyReader;

    public override CancellationToken Aborted => context.RequestAborted;

    public override PipeWriter Start(int status, IReadOnlyList<(string Name, string Value)> fields)
    {
        context.Response.StatusCode = status;
        foreach ((string name, string value) in fields)
        {
            context.Response.Headers.Append(name, value);
        }

        return context.Response.BodyWriter;
    }

    public override ValueTask EndAsync(IReadOnlyList<(string Name, string Value)> trailers)
    {
        foreach ((string name, string value) in trailers)
        {
            context.Response.AppendTrailer(name, value);
        }

        return context.Response.BodyWriter.CompleteAsync();
    }
}
