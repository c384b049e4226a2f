namespace WireProtocols.Rpc;

/// <summary>
/// A call that failed: what the peer said, or what a handler wants said. What a handler throws otherwise is told to the peer as
/// <see cref="RpcStatusCode.Unknown"/>, without its text.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="status">The status; not that of a call that succeeded.</param>
    /// <param name="trailers">The trailing metadata.</param>
    /// <param name="innerException">What lies behind it.</param>
    public RpcException(RpcStatus status, RpcMetadata? trailers = null, Exception? innerException = null)
        : base(Text(status), innerException)
    {
        Status = status;
        Trailers = trailers ?? new RpcMetadata();
    }

    /// <summary>The status.</summary>
    public RpcStatus Status { get; }

    /// <summary>The trailing metadata.</summary>
    public RpcMetadata Trailers { get; }

    private static string Text(RpcStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        string code = status.Code.GetConnectName();
        return status.Message.Length > 0 ? $"{code}: {status.Message}" : code;
    }
}
