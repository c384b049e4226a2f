using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.Ndjson;

namespace Microsoft.AspNetCore.Http;

/// <summary>Reads the bodies of requests.</summary>
public static class WireNdjsonRequestExtensions
{
    /// <summary>Reads the body as a JSON text a line, each as soon as it is there.</summary>
    /// <typeparam name="T">What a record is.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="typeInfo">How a record becomes an object.</param>
    /// <param name="options">The limits. With <see cref="NdjsonOptions.ContinueOnError"/> a bad record is a result with its error, and the next one
    /// follows; without it the enumeration throws.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NdjsonProtocolException">A record breaks a rule.</exception>
    public static async IAsyncEnumerable<NdjsonResult<T>> ReadNdjsonAsync<T>(
        this HttpRequest request,
        JsonTypeInfo<T> typeInfo,
        NdjsonOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(typeInfo);
        using NdjsonReader reader = new(request.BodyReader, options);
        await foreach (NdjsonResult<T> result in reader.ReadAllAsync(typeInfo, cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }
}
