using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>What carries one call to a server: a request of HTTP and its response, of whatever version.</summary>
public abstract class RpcServerExchange
{
    /// <summary>The method, for instance <c>POST</c>.</summary>
    public abstract string Method { get; }

    /// <summary>The query of the target, without its question mark; empty where there is none.</summary>
    public abstract string Query { get; }

    /// <summary>The fields of the request; names in any case.</summary>
    public abstract IReadOnlyCollection<(string Name, string Value)> Fields { get; }

    /// <summary>The body of the request, without any coding of HTTP.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>Cancelled when the client is gone.</summary>
    public virtual CancellationToken Aborted => CancellationToken.None;

    /// <summary>Starts the response; called once.</summary>
    /// <param name="status">The status of HTTP.</param>
    /// <param name="fields">The fields; names in lower case.</param>
    /// <returns>The body, which is not completed by the call.</returns>
    public abstract PipeWriter Start(int status, IReadOnlyList<(string Name, string Value)> fields);

    /// <summary>Ends the response, all of which has been flushed; called once, behind <see cref="Start"/>.</summary>
    /// <param name="trailers">The trailers of HTTP, which gRPC needs; empty in the other protocols.</param>
    public abstract ValueTask EndAsync(IReadOnlyList<(string Name, string Value)> trailers);
}
