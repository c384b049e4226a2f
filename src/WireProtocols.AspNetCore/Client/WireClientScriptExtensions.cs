using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The client for browsers, <c>wire-client.js</c>: a module without dependencies.</summary>
public static class WireClientScriptExtensions
{
    private const string Name = "wire-client.js";

    /// <summary>Serves the module, so that a page says <c>import { WireClient } from '/wire-client.js'</c>. Caches ask whether it is still the
    /// same.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and whatever else goes with endpoints.</returns>
    public static IEndpointConventionBuilder MapWireClientScript(this IEndpointRouteBuilder endpoints, string pattern = "/" + Name)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        byte[] script = Read();
        EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(script))[..16]}\"");
        return endpoints.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], context =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(script, "text/javascript; charset=utf-8", entityTag: tag).ExecuteAsync(context);
        }).WithDisplayName(Name);
    }

    private static byte[] Read()
    {
        using Stream stream = typeof(WireClientScriptExtensions).Assembly.GetManifestResourceStream(Name)!;
        byte[] script = new byte[stream.Length];
        stream.ReadExactly(script);
        return script;
    }
}
