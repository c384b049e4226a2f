namespace WireProtocols.Rpc;

/// <summary>The protocols that share one envelope: a byte of flags, a length of four bytes, and the message.</summary>
public enum RpcProtocol
{
    /// <summary>gRPC over HTTP/2 (PROTOCOL-HTTP2): the status stands in the trailers of HTTP.</summary>
    Grpc,

    /// <summary>gRPC-Web (PROTOCOL-WEB): the status stands in the last envelope, as a block of header lines.</summary>
    GrpcWeb,

    /// <summary>Connect (connect-protocol): the status stands in the last envelope, as JSON.</summary>
    Connect,
}
