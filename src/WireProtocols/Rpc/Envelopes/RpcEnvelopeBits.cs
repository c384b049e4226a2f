namespace WireProtocols.Rpc;

/// <summary>The first byte of an envelope.</summary>
[Flags]
public enum RpcEnvelopeBits
{
    /// <summary>A message as it is.</summary>
    None = 0,

    /// <summary>The message is compressed, in all three protocols.</summary>
    Compressed = 0x01,

    /// <summary>The message is the end of a stream of Connect.</summary>
    ConnectEnd = 0x02,

    /// <summary>The message is the trailers of gRPC-Web.</summary>
    GrpcWebTrailers = 0x80,
}
