namespace WireProtocols.Rpc;

/// <summary>Which envelopes are read, and their limits. Immutable.</summary>
public sealed class RpcEnvelopeOptions
{
    /// <summary>Requests of gRPC that are not compressed.</summary>
    public static RpcEnvelopeOptions Default { get; } = new();

    /// <summary>The protocol: it decides which flags mean something.</summary>
    public RpcProtocol Protocol { get; init; }

    /// <summary>True to read responses, which have an end of stream in gRPC-Web and Connect.</summary>
    public bool IsResponse { get; init; }

    /// <summary>
    /// The encoding that the head declares, or null: "If the Message-Encoding header is omitted then the Compressed-Flag must be 0" (PROTOCOL-HTTP2
    /// §Requests). <c>identity</c> is none.
    /// </summary>
    public RpcEncoding? Encoding { get; init; }

    /// <summary>
    /// Whether a response of gRPC-Web or Connect has to have its end of stream. Off for gRPC-Web where the head had the trailers: they "may be sent
    /// together with response headers, with no message in the body" (PROTOCOL-WEB §Protocol differences).
    /// </summary>
    public bool RequiresEnd { get; init; } = true;

    /// <summary>Lets the lines of trailers of gRPC-Web end with LF alone, the last one have no end, and an empty line follow. Off.</summary>
    public bool AllowLenientTrailers { get; init; }

    /// <summary>The longest message in bytes, compressed and not. 4 MiB.</summary>
    public int MaxMessageLength { get; init => field = NotNegative(value); } = 4 * 1024 * 1024;

    /// <summary>The longest end of stream in bytes: trailers of gRPC-Web, or JSON of Connect. 64 KiB.</summary>
    public int MaxEndLength { get; init => field = NotNegative(value); } = 64 * 1024;

    /// <summary>The flag of the end of a stream; none in gRPC.</summary>
    internal RpcEnvelopeBits EndFlag => Protocol switch
    {
        RpcProtocol.GrpcWeb => RpcEnvelopeBits.GrpcWebTrailers,
        RpcProtocol.Connect => RpcEnvelopeBits.ConnectEnd,
        _ => RpcEnvelopeBits.None,
    };

    private static int NotNegative(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }
}
