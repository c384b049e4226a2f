namespace WireProtocols.Rpc;

/// <summary>How a client makes a call. Immutable.</summary>
public sealed class RpcClientOptions
{
    /// <summary>gRPC with protocol buffers.</summary>
    public static RpcClientOptions Default { get; } = new();

    /// <summary>The protocol.</summary>
    public RpcProtocol Protocol { get; init; }

    /// <summary>The text form of gRPC-Web.</summary>
    public bool IsText { get; init; }

    /// <summary>How messages are written: <c>proto</c>.</summary>
    public string Codec { get; init; } = "proto";

    /// <summary>The encoding of messages that are sent; null for none.</summary>
    public RpcEncoding? Encoding { get; init; }

    /// <summary>Messages of at least so many bytes are compressed, where there is an encoding. 1 KiB.</summary>
    public int CompressionThreshold
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
    = 1024;

    /// <summary>The encodings that are understood; those of the platform.</summary>
    public IReadOnlyList<RpcEncoding> AcceptedEncodings { get; init; } = RpcEncoding.All;

    /// <summary>The time that the server is given. It is told; whoever calls also has to stop waiting. No limit.</summary>
    public TimeSpan Timeout
    {
        get;
        init
        {
            if (value != System.Threading.Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            }

            field = value;
        }
    }
    = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>The longest message of a response in bytes, compressed and not. 4 MiB.</summary>
    public int MaxMessageLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
    = RpcEnvelopeOptions.Default.MaxMessageLength;
}
