namespace WireProtocols.Rpc;

/// <summary>How a call ended, and what was said about it.</summary>
/// <param name="Code">The code.</param>
/// <param name="Message">For people; empty where nothing was said.</param>
public sealed record RpcStatus(RpcStatusCode Code, string Message = "")
{
    /// <summary>The code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code.</exception>
    public RpcStatusCode Code { get; init => field = RpcStatusCodes.Check(value); } = RpcStatusCodes.Check(Code);

    /// <summary>The call succeeded.</summary>
    public static RpcStatus Ok { get; } = new(RpcStatusCode.Ok);

    /// <summary>
    /// The details of an error of Connect. gRPC has them in the trailer <c>grpc-status-details-bin</c>, in a message of protocol buffers that
    /// is not looked into.
    /// </summary>
    public IReadOnlyList<RpcErrorDetail> Details { get; init; } = [];

    /// <summary>Whether the call succeeded.</summary>
    public bool IsOk => Code == RpcStatusCode.Ok;
}

/// <summary>A message that says more about an error (connect-protocol §Error and EndStreamResponse).</summary>
/// <param name="Type">The full name of the type of the message.</param>
/// <param name="Value">The message, in protocol buffers.</param>
public sealed record RpcErrorDetail(string Type, ReadOnlyMemory<byte> Value);
