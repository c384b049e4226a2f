namespace WireProtocols.JsonRpc;

/// <summary>
/// The rules of JSON-RPC 2.0 and of its framings, header fields (LSP, which DAP and BSP took over) and lines (MCP, ACP), that bytes from a peer can
/// break: sentence, section, and the code of the error that answers it. <see cref="JsonRpcProtocolErrors"/> gives them.
/// </summary>
public enum JsonRpcProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only behind a whole message (LSP §Base Protocol, MCP §Transports; ParseError).</summary>
    UnexpectedEnd,

    /// <summary>A header field has a name of token characters, a colon and a value (LSP §Header Part; ParseError).</summary>
    FieldMalformed,

    /// <summary>A header field ends with CR and LF (LSP §Header Part; ParseError).</summary>
    /// <remarks><see cref="JsonRpcOptions.AllowBareLineFeed"/> lets LF alone end one.</remarks>
    LineEndMalformed,

    /// <summary>A header has at most MaxHeaderLength bytes (LSP §Header Part; ParseError).</summary>
    /// <remarks>The limit is <see cref="JsonRpcOptions.MaxHeaderLength"/>.</remarks>
    HeaderTooLong,

    /// <summary>A header has a Content-Length (LSP §Header Part; ParseError).</summary>
    ContentLengthMissing,

    /// <summary>A Content-Length is a decimal number of bytes (LSP §Header Part; ParseError).</summary>
    ContentLengthMalformed,

    /// <summary>A header has one Content-Length (LSP §Header Part; ParseError).</summary>
    ContentLengthRepeated,

    /// <summary>A message has at most MaxContentLength bytes (LSP §Content Part, MCP §Transports; ParseError).</summary>
    /// <remarks>The limit is <see cref="JsonRpcOptions.MaxContentLength"/>.</remarks>
    ContentTooLong,

    /// <summary>The charset of a Content-Type is utf-8 (LSP §Header Part; ParseError).</summary>
    CharsetUnsupported,

    /// <summary>A message is UTF-8 (LSP §Content Part, MCP §Transports; ParseError).</summary>
    InvalidUtf8,

    /// <summary>A message is one JSON text (RFC 8259 §2; ParseError).</summary>
    InvalidJson,

    /// <summary>A message is nested no deeper than MaxDepth (RFC 8259 §9; ParseError).</summary>
    /// <remarks>The limit is <see cref="JsonRpcOptions.MaxDepth"/>.</remarks>
    NestingTooDeep,

    /// <summary>A line holds a message (MCP §Transports; ParseError).</summary>
    /// <remarks><see cref="JsonRpcOptions.IgnoreEmptyLines"/> lets empty lines pass.</remarks>
    EmptyLine,

    /// <summary>A message on a line has no line break in it (MCP §Transports; ParseError).</summary>
    EmbeddedLineBreak,

    /// <summary>There is no byte order mark before a message (RFC 8259 §8.1; ParseError).</summary>
    ByteOrderMark,

    /// <summary>Messages come one at a time where AllowBatch is off (JSON-RPC §6; InvalidRequest).</summary>
    BatchNotAllowed,

    /// <summary>A batch has at least one message (JSON-RPC §6; InvalidRequest).</summary>
    BatchEmpty,

    /// <summary>A message is an object, or a batch of them (JSON-RPC §4, JSON-RPC §6; InvalidRequest).</summary>
    NotAnObject,

    /// <summary>A member that means something stands in a message once (RFC 8259 §4; InvalidRequest).</summary>
    MemberRepeated,

    /// <summary>A message has the member jsonrpc, and it is exactly "2.0" (JSON-RPC §4, JSON-RPC §5; InvalidRequest).</summary>
    VersionMissing,

    /// <summary>An id is a string, a number or null (JSON-RPC §4, JSON-RPC §5; InvalidRequest).</summary>
    IdMalformed,

    /// <summary>A method is a string (JSON-RPC §4; InvalidRequest).</summary>
    MethodMalformed,

    /// <summary>Parameters are an object or an array (JSON-RPC §4.2; InvalidRequest).</summary>
    ParametersMalformed,

    /// <summary>A message has a method, or else a result or an error and not both (JSON-RPC §4, JSON-RPC §5; InvalidRequest).</summary>
    KindUnclear,

    /// <summary>A response has an id (JSON-RPC §5; InvalidRequest).</summary>
    IdMissing,

    /// <summary>An error is an object with an integer code and a message (JSON-RPC §5.1; InvalidRequest).</summary>
    ErrorMalformed,
}
