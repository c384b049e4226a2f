namespace WireProtocols.JsonRpc;

/// <summary>The codes of errors that JSON-RPC defines (JSON-RPC §5.1). Those from -32000 to -32099 are servers' own.</summary>
public enum JsonRpcErrorCode
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>"An error occurred on the server while parsing the JSON text."</summary>
    ParseError = -32700,

    /// <summary>"The JSON sent is not a valid Request object."</summary>
    InvalidRequest = -32600,

    /// <summary>"The method does not exist / is not available."</summary>
    MethodNotFound = -32601,

    /// <summary>"Invalid method parameter(s)."</summary>
    InvalidParameters = -32602,

    /// <summary>"Internal JSON-RPC error."</summary>
    InternalError = -32603,
}
