namespace WireProtocols.Rpc;

/// <summary>
/// The rules of gRPC, gRPC-Web and Connect that bytes from a peer can break: sentence, section, and the code of the status that answers it.
/// <see cref="RpcProtocolErrors"/> gives them.
/// </summary>
public enum RpcProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only behind a whole envelope (PROTOCOL-HTTP2 §Requests, connect-protocol §Streaming-Request; Internal).</summary>
    /// <remarks>Of text, behind a whole group of four characters.</remarks>
    UnexpectedEnd,

    /// <summary>
    /// An envelope has only flags that its protocol defines (PROTOCOL-HTTP2 §Requests, connect-protocol §Streaming-Request; Internal).
    /// </summary>
    ReservedFlags,

    /// <summary>
    /// A message is no longer than MaxMessageLength (PROTOCOL-HTTP2 §Requests, connect-protocol §Streaming-Request; ResourceExhausted).
    /// </summary>
    /// <remarks>The limit is <see cref="RpcEnvelopeOptions.MaxMessageLength"/>, of the compressed message and of what it expands to.</remarks>
    MessageTooLarge,

    /// <summary>
    /// A message is compressed only where an encoding is declared (PROTOCOL-HTTP2 §Requests, connect-protocol §Streaming-Request; Internal).
    /// </summary>
    CompressedWithoutEncoding,

    /// <summary>
    /// A compressed message is one whole in the declared encoding (PROTOCOL-HTTP2 §Requests, connect-protocol §Streaming-Request; Internal).
    /// </summary>
    DecompressionFailed,

    /// <summary>
    /// A request has no end of stream in its body (PROTOCOL-WEB §Protocol differences, connect-protocol §Streaming-Request; Internal).
    /// </summary>
    EndInRequest,

    /// <summary>Nothing follows the end of a stream (PROTOCOL-WEB §Protocol differences, connect-protocol §Streaming-Request; Internal).</summary>
    BytesAfterEnd,

    /// <summary>
    /// A response ends with an end of stream (PROTOCOL-WEB §Protocol differences, connect-protocol §Streaming-Response; Internal).
    /// </summary>
    /// <remarks><see cref="RpcEnvelopeOptions.RequiresEnd"/> is off where the head of the response held the trailers.</remarks>
    MissingEnd,

    /// <summary>An end of stream is no longer than MaxEndLength (PROTOCOL-HTTP2 §Responses; ResourceExhausted).</summary>
    /// <remarks>The limit is <see cref="RpcEnvelopeOptions.MaxEndLength"/>.</remarks>
    EndTooLarge,

    /// <summary>Trailers are lines of a name, a colon and a value, each with its CRLF (PROTOCOL-WEB §Protocol differences; Internal).</summary>
    TrailersMalformed,

    /// <summary>Trailers hold a status once (PROTOCOL-HTTP2 §Responses; Internal).</summary>
    StatusRepeated,

    /// <summary>An end of stream and an error are one JSON object each (connect-protocol §Error and EndStreamResponse; Internal).</summary>
    JsonMalformed,

    /// <summary>A property that means something stands in an object once (RFC 8259 §4; Internal).</summary>
    PropertyRepeated,

    /// <summary>
    /// An error is an object with a code, and its properties are of their types (connect-protocol §Error and EndStreamResponse; Internal).
    /// </summary>
    ErrorMalformed,

    /// <summary>The code of an error is one of sixteen (connect-protocol §Error Codes; Unknown).</summary>
    ErrorCodeUnknown,

    /// <summary>Metadata are names with arrays of strings (connect-protocol §Error and EndStreamResponse; Internal).</summary>
    MetadataMalformed,

    /// <summary>Text holds the characters of base64 and nothing else (RFC 4648 §4, PROTOCOL-WEB §Protocol differences; Internal).</summary>
    TextNotBase64,

    /// <summary>Padding stands at the end of a group of four characters (RFC 4648 §4; Internal).</summary>
    TextPaddingMisplaced,

    /// <summary>The bits that padding leaves over are zero (RFC 4648 §3.5; Internal).</summary>
    TextPadBitsNotZero,

    /// <summary>A call that has one message in this direction has it (connect-protocol §Outline; Unimplemented).</summary>
    MessageMissing,

    /// <summary>A call that has one message in this direction has no second (connect-protocol §Outline; Unimplemented).</summary>
    MessageSurplus,
}
