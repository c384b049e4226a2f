namespace WireProtocols.Rpc;

/// <summary>Bytes from a peer that break a rule of gRPC, gRPC-Web or Connect.</summary>
public sealed class RpcProtocolException : WireProtocolException
{
    internal RpcProtocolException(RpcProtocolError error, long offset, Exception? innerException = null)
        : base(error.ToString(), error.GetRule(), offset, innerException)
        => Error = error;

    /// <summary>The rule that was broken.</summary>
    public RpcProtocolError Error { get; }

    /// <summary>The code of the status that an endpoint answers with.</summary>
    public RpcStatusCode StatusCode => Error.GetStatusCode();
}
