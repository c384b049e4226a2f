namespace WireProtocols.JsonRpc;

/// <summary>Bytes from a peer that break a rule of JSON-RPC or of its framing.</summary>
public sealed class JsonRpcProtocolException : WireProtocolException
{
    internal JsonRpcProtocolException(JsonRpcProtocolError error, long offset)
        : base(error.ToString(), error.GetRule(), offset)
        => Error = error;

    /// <summary>The rule that was broken.</summary>
    public JsonRpcProtocolError Error { get; }

    /// <summary>The code of the error that answers it.</summary>
    public JsonRpcErrorCode ErrorCode => Error.GetErrorCode();
}
