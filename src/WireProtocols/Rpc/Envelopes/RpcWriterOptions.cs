namespace WireProtocols.Rpc;

/// <summary>Which envelopes are written. Immutable.</summary>
public sealed class RpcWriterOptions
{
    /// <summary>Requests of gRPC that are not compressed.</summary>
    public static RpcWriterOptions Default { get; } = new();

    /// <summary>The protocol.</summary>
    public RpcProtocol Protocol { get; init; }

    /// <summary>True to write responses, which have an end of stream in gRPC-Web and Connect.</summary>
    public bool IsResponse { get; init; }

    /// <summary>The encoding that the head declares, or null.</summary>
    public RpcEncoding? Encoding { get; init; }
}
