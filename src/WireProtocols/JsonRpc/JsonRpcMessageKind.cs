namespace WireProtocols.JsonRpc;

/// <summary>What a message is (JSON-RPC §4, §5, §6).</summary>
public enum JsonRpcMessageKind
{
    /// <summary>No message of JSON-RPC 2.0.</summary>
    Invalid,

    /// <summary>A method and an id, which may be null: it wants a response.</summary>
    Request,

    /// <summary>A method and no id: it must not be answered.</summary>
    Notification,

    /// <summary>An id and a result.</summary>
    Result,

    /// <summary>An id, which may be null, and an error.</summary>
    Error,

    /// <summary>An array of messages, each of which is looked at by itself (<see cref="JsonRpcOutline.Messages"/>).</summary>
    Batch,
}
