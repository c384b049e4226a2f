namespace WireProtocols.Rpc;

/// <summary>How many messages a method takes and gives.</summary>
public enum RpcMethodKind
{
    /// <summary>One, and one back.</summary>
    Unary,

    /// <summary>Any number, and one back.</summary>
    ClientStreaming,

    /// <summary>One, and any number back.</summary>
    ServerStreaming,

    /// <summary>Any number both ways.</summary>
    Bidirectional,
}
