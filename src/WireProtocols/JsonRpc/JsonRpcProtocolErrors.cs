namespace WireProtocols.JsonRpc;

/// <summary>The catalogue of <see cref="JsonRpcProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class JsonRpcProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="JsonRpcProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this JsonRpcProtocolError error);

    /// <summary>The code of the error that a server answers with, where it answers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="JsonRpcProtocolError.None"/>.</exception>
    public static partial JsonRpcErrorCode GetErrorCode(this JsonRpcProtocolError error);
}
