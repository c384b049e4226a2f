namespace WireProtocols.WebTransport;

/// <summary>
/// The rules of WebTransport, and of the HTTP/3, QPACK, capsule and datagram layers below it, that bytes from a peer can break: sentence,
/// section, the code that an endpoint sends and what that code ends. <see cref="WebTransportProtocolErrors"/> gives them.
/// </summary>
public enum WebTransportProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only where an element ends (RFC 9297 §3.3; H3_MESSAGE_ERROR; session).</summary>
    UnexpectedEnd,

    /// <summary>A quarter stream id is at most 2^60-1 (RFC 9297 §2.1; H3_DATAGRAM_ERROR; connection).</summary>
    QuarterStreamIdTooLarge,

    /// <summary>A datagram holds its whole quarter stream id (RFC 9297 §2.1; H3_DATAGRAM_ERROR; connection).</summary>
    DatagramTruncated,

    /// <summary>A capsule holds every field of its type (RFC 9297 §3.3; H3_MESSAGE_ERROR; session).</summary>
    CapsuleFieldTruncated,

    /// <summary>A capsule holds nothing after the fields of its type (RFC 9297 §3.3; H3_MESSAGE_ERROR; session).</summary>
    CapsuleTrailingBytes,

    /// <summary>The last capsule of a stream is whole (RFC 9297 §3.3; H3_MESSAGE_ERROR; session).</summary>
    CapsuleTruncated,

    /// <summary>The message of WT_CLOSE_SESSION is at most 1024 bytes (draft-ietf-webtrans-http3 §6; H3_MESSAGE_ERROR; session).</summary>
    CloseReasonTooLong,

    /// <summary>The message of WT_CLOSE_SESSION is UTF-8 (draft-ietf-webtrans-http3 §6; H3_MESSAGE_ERROR; session).</summary>
    CloseReasonNotUtf8,

    /// <summary>A number of streams is at most 2^60 (draft-ietf-webtrans-http3 §5.6.2; WT_FLOW_CONTROL_ERROR; session).</summary>
    StreamCountTooLarge,

    /// <summary>An application error code is at most 2^32-1 (draft-ietf-webtrans-http2 §6.2; H3_MESSAGE_ERROR; session).</summary>
    ApplicationErrorCodeTooLarge,

    /// <summary>Padding is all zeros (draft-ietf-webtrans-http2 §6.1; H3_MESSAGE_ERROR; session).</summary>
    PaddingNotZero,

    /// <summary>A WebTransport stream begins with 0x54 or 0x41 (draft-ietf-webtrans-http3 §4.2; H3_STREAM_CREATION_ERROR; stream).</summary>
    UnknownStreamSignal,

    /// <summary>A session id is the id of a client-initiated bidirectional stream (draft-ietf-webtrans-http3 §4; H3_ID_ERROR; connection).</summary>
    InvalidSessionId,

    /// <summary>0x41 stands only at the start of a bidirectional stream (draft-ietf-webtrans-http3 §4.3; H3_FRAME_ERROR; connection).</summary>
    StreamSignalMisplaced,

    /// <summary>
    /// A frame stands only on the streams, and in the order, that its type allows (RFC 9114 §7.2; H3_FRAME_UNEXPECTED; connection).
    /// </summary>
    FrameUnexpected,

    /// <summary>Frame types that HTTP/2 used without an equivalent are not sent (RFC 9114 §7.2.8; H3_FRAME_UNEXPECTED; connection).</summary>
    ReservedFrameType,

    /// <summary>The payload of a frame is exactly its fields (RFC 9114 §7.1; H3_FRAME_ERROR; connection).</summary>
    FramePayloadMalformed,

    /// <summary>The last frame of a stream is whole (RFC 9114 §7.1; H3_FRAME_ERROR; connection).</summary>
    FrameTruncated,

    /// <summary>A frame that has to be held whole is no larger than the limit (RFC 9114 §10.5; H3_EXCESSIVE_LOAD; connection).</summary>
    FrameTooLarge,

    /// <summary>SETTINGS is the first frame of a control stream (RFC 9114 §6.2.1; H3_MISSING_SETTINGS; connection).</summary>
    MissingSettings,

    /// <summary>A setting occurs once (RFC 9114 §7.2.4; H3_SETTINGS_ERROR; connection).</summary>
    DuplicateSetting,

    /// <summary>Settings that HTTP/2 used without an equivalent are not sent (RFC 9114 §7.2.4.1; H3_SETTINGS_ERROR; connection).</summary>
    ReservedSetting,

    /// <summary>A setting has one of the values that it is defined for (RFC 9297 §2.1.1; H3_SETTINGS_ERROR; connection).</summary>
    InvalidSettingValue,

    /// <summary>There are no more settings than the limit (RFC 9114 §10.5; H3_EXCESSIVE_LOAD; connection).</summary>
    TooManySettings,

    /// <summary>A dynamic table of capacity 0 is never referred to (RFC 9204 §2.2.3; QPACK_DECOMPRESSION_FAILED; connection).</summary>
    QpackDynamicReference,

    /// <summary>A static index is at most 98 (RFC 9204 §3.1; QPACK_DECOMPRESSION_FAILED; connection).</summary>
    QpackInvalidStaticIndex,

    /// <summary>A prefixed integer has at most 62 bits (RFC 9204 §4.1.1; QPACK_DECOMPRESSION_FAILED; connection).</summary>
    QpackIntegerTooLarge,

    /// <summary>A field section ends where a representation ends (RFC 9204 §4.5; QPACK_DECOMPRESSION_FAILED; connection).</summary>
    QpackTruncated,

    /// <summary>
    /// A Huffman string has no EOS and at most 7 bits of padding, all ones (RFC 7541 §5.2; QPACK_DECOMPRESSION_FAILED; connection).
    /// </summary>
    QpackInvalidHuffman,

    /// <summary>The base of a field section is not negative (RFC 9204 §4.5.1.2; QPACK_DECOMPRESSION_FAILED; connection).</summary>
    QpackInvalidBase,

    /// <summary>A field section is, decoded, no larger than MaxFieldSectionSize (RFC 9114 §4.2.2; H3_EXCESSIVE_LOAD; stream).</summary>
    /// <remarks>The limit is <see cref="WebTransportConnectionOptions.MaxFieldSectionSize"/>.</remarks>
    FieldSectionTooLarge,

    /// <summary>An encoder instruction stays within the capacity of the table (RFC 9204 §4.3; QPACK_ENCODER_STREAM_ERROR; connection).</summary>
    QpackEncoderInstruction,

    /// <summary>A decoder instruction speaks of entries that were sent (RFC 9204 §4.4; QPACK_DECODER_STREAM_ERROR; connection).</summary>
    QpackDecoderInstruction,

    /// <summary>A message has the fields that its kind needs, well formed and in order (RFC 9114 §4.1.2; H3_MESSAGE_ERROR; stream).</summary>
    MalformedMessage,

    /// <summary>A request stream holds a whole request (RFC 9114 §4.1; H3_REQUEST_INCOMPLETE; stream).</summary>
    RequestIncomplete,

    /// <summary>There is one control, one encoder and one decoder stream (RFC 9114 §6.2.1; H3_STREAM_CREATION_ERROR; connection).</summary>
    DuplicateCriticalStream,

    /// <summary>Control, encoder and decoder streams are never closed (RFC 9114 §6.2.1; H3_CLOSED_CRITICAL_STREAM; connection).</summary>
    CriticalStreamClosed,

    /// <summary>A stream is opened only by the side that may open it (RFC 9114 §6.2.2; H3_STREAM_CREATION_ERROR; connection).</summary>
    StreamNotAllowed,

    /// <summary>An id in GOAWAY, MAX_PUSH_ID or CANCEL_PUSH is of its kind and within its bounds (RFC 9114 §5.2; H3_ID_ERROR; connection).</summary>
    InvalidId,

    /// <summary>Both sides enable what WebTransport needs (draft-ietf-webtrans-http3 §3.1; WT_REQUIREMENTS_NOT_MET; connection).</summary>
    /// <remarks>This is what a client sends; a server refuses the session with H3_MESSAGE_ERROR.</remarks>
    RequirementsNotMet,

    /// <summary>Without flow control there is one session at a time (draft-ietf-webtrans-http3 §5.1; H3_REQUEST_REJECTED; stream).</summary>
    TooManySessions,

    /// <summary>
    /// No more streams wait for their session than MaxBufferedStreams (draft-ietf-webtrans-http3 §4.6; WT_BUFFERED_STREAM_REJECTED; stream).
    /// </summary>
    /// <remarks>The limit is <see cref="WebTransportConnectionOptions.MaxBufferedStreams"/>.</remarks>
    BufferedStreamRejected,

    /// <summary>Each WT_MAX_DATA and WT_MAX_STREAMS increases the limit (draft-ietf-webtrans-http3 §5.6.4; WT_FLOW_CONTROL_ERROR; session).</summary>
    LimitNotIncreased,

    /// <summary>The number of streams stays within WT_MAX_STREAMS (draft-ietf-webtrans-http3 §5.6.2; WT_FLOW_CONTROL_ERROR; session).</summary>
    StreamLimitExceeded,

    /// <summary>The amount of stream data stays within WT_MAX_DATA (draft-ietf-webtrans-http3 §5.6.4; WT_FLOW_CONTROL_ERROR; session).</summary>
    DataLimitExceeded,

    /// <summary>Per-stream flow control capsules are not used over HTTP/3 (draft-ietf-webtrans-http3 §5.4; WT_FLOW_CONTROL_ERROR; session).</summary>
    ProhibitedCapsule,

    /// <summary>Nothing follows WT_CLOSE_SESSION on the CONNECT stream (draft-ietf-webtrans-http3 §6; H3_MESSAGE_ERROR; session).</summary>
    DataAfterClose,

    /// <summary>The application protocol is one that the client offered (draft-ietf-webtrans-http3 §3.3; WT_ALPN_ERROR; session).</summary>
    ProtocolNotNegotiated,

    /// <summary>
    /// No more bytes arrive before the session is accepted than MaxBufferedBytes (draft-ietf-webtrans-http3 §4.6; H3_EXCESSIVE_LOAD; session).
    /// </summary>
    /// <remarks>The limit is <see cref="WebTransportConnectionOptions.MaxBufferedBytes"/>.</remarks>
    EarlyDataTooLarge,

    /// <summary>No more streams are open at a time than MaxStreams (draft-ietf-webtrans-http3 §8; H3_EXCESSIVE_LOAD; connection).</summary>
    /// <remarks>The limit is <see cref="WebTransportConnectionOptions.MaxStreams"/>.</remarks>
    TooManyStreams,
}
