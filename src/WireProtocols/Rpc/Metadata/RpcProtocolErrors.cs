namespace WireProtocols.Rpc;

/// <summary>The catalogue of <see cref="RpcProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class RpcProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="RpcProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this RpcProtocolError error);

    /// <summary>The code of the status that an endpoint answers with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="RpcProtocolError.None"/>.</exception>
    public static partial RpcStatusCode GetStatusCode(this RpcProtocolError error);
}
