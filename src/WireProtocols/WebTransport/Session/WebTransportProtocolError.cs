namespace WireProtocols.WebTransport;

/// <summary>
/// The rules of WebTransport, and of the HTTP/3, QPACK, capsule and datagram layers below it, that bytes from a peer can break.
/// <see cref="WebTransportProtocolErrors"/> gives the sentence, the section, the code that an endpoint sends and what that code ends.
/// </summary>
public enum WebTransportProtocolError
{
    /// <summary>No rule is broken.</summary>
    None = 0,

    /// <summary>The input ends inside an element (RFC 9297 §3.3, RFC 9114 §7.1).</summary>
    UnexpectedEnd,

    /// <summary>A quarter stream id above 2^60-1 (RFC 9297 §2.1): H3_DATAGRAM_ERROR, connection.</summary>
    QuarterStreamIdTooLarge,

    /// <summary>A QUIC DATAGRAM too short for its quarter stream id (RFC 9297 §2.1): H3_DATAGRAM_ERROR, connection.</summary>
    DatagramTruncated,

    /// <summary>A capsule whose value ends before its fields do (RFC 9297 §3.3): H3_MESSAGE_ERROR, session.</summary>
    CapsuleFieldTruncated,

    /// <summary>A capsule with bytes after its last field (RFC 9297 §3.3): H3_MESSAGE_ERROR, session.</summary>
    CapsuleTrailingBytes,

    /// <summary>A stream of capsules that is finished inside a capsule (RFC 9297 §3.3): H3_MESSAGE_ERROR, session.</summary>
    CapsuleTruncated,

    /// <summary>A WT_CLOSE_SESSION message above 1024 bytes (draft-ietf-webtrans-http3 §6): H3_MESSAGE_ERROR, session.</summary>
    CloseReasonTooLong,

    /// <summary>A WT_CLOSE_SESSION message that is not UTF-8 (draft-ietf-webtrans-http3 §6): H3_MESSAGE_ERROR, session.</summary>
    CloseReasonNotUtf8,

    /// <summary>A number of streams above 2^60 (draft-ietf-webtrans-http3 §5.6.2, §5.6.3): WT_FLOW_CONTROL_ERROR, session.</summary>
    StreamCountTooLarge,

    /// <summary>An application error code above 2^32-1 (draft-ietf-webtrans-http2 §6.2, §6.3): H3_MESSAGE_ERROR, session.</summary>
    ApplicationErrorCodeTooLarge,

    /// <summary>Padding that is not all zeros (draft-ietf-webtrans-http2 §6.1): H3_MESSAGE_ERROR, session.</summary>
    PaddingNotZero,

    /// <summary>A stream that begins neither with 0x54 nor with 0x41 (draft-ietf-webtrans-http3 §4.2, §4.3): H3_STREAM_CREATION_ERROR, stream.</summary>
    UnknownStreamSignal,

    /// <summary>A session id that is no client-initiated bidirectional stream (draft-ietf-webtrans-http3 §4): H3_ID_ERROR, connection.</summary>
    InvalidSessionId,

    /// <summary>0x41 anywhere but at the start of a bidirectional stream (draft-ietf-webtrans-http3 §4.3): H3_FRAME_ERROR, connection.</summary>
    StreamSignalMisplaced,

    /// <summary>A frame that its stream, or its place in it, does not allow (RFC 9114 §4.1, §7.2): H3_FRAME_UNEXPECTED, connection.</summary>
    FrameUnexpected,

    /// <summary>A frame type reserved because HTTP/2 used it (RFC 9114 §7.2.8): H3_FRAME_UNEXPECTED, connection.</summary>
    ReservedFrameType,

    /// <summary>A frame whose payload is not exactly its fields (RFC 9114 §7.1): H3_FRAME_ERROR, connection.</summary>
    FramePayloadMalformed,

    /// <summary>A stream that is finished inside a frame (RFC 9114 §7.1): H3_FRAME_ERROR, connection.</summary>
    FrameTruncated,

    /// <summary>A frame that has to be held whole and is above the limit: H3_EXCESSIVE_LOAD, connection.</summary>
    FrameTooLarge,

    /// <summary>A control stream that does not begin with SETTINGS (RFC 9114 §6.2.1): H3_MISSING_SETTINGS, connection.</summary>
    MissingSettings,

    /// <summary>A setting that occurs twice (RFC 9114 §7.2.4): H3_SETTINGS_ERROR, connection.</summary>
    DuplicateSetting,

    /// <summary>A setting reserved because HTTP/2 used it (RFC 9114 §7.2.4.1): H3_SETTINGS_ERROR, connection.</summary>
    ReservedSetting,

    /// <summary>A setting with a value that it may not have (RFC 9297 §2.1.1, RFC 9220 §3, draft-ietf-webtrans-http3 §3.1): H3_SETTINGS_ERROR, connection.</summary>
    InvalidSettingValue,

    /// <summary>More settings than the limit: H3_EXCESSIVE_LOAD, connection.</summary>
    TooManySettings,

    /// <summary>A field section that refers to the dynamic table, whose capacity is 0 (RFC 9204 §2.2.3, §4.5.1): QPACK_DECOMPRESSION_FAILED, connection.</summary>
    QpackDynamicReference,

    /// <summary>An index beyond the static table (RFC 9204 §3.1): QPACK_DECOMPRESSION_FAILED, connection.</summary>
    QpackInvalidStaticIndex,

    /// <summary>A prefixed integer above 62 bits (RFC 9204 §4.1.1): QPACK_DECOMPRESSION_FAILED, connection.</summary>
    QpackIntegerTooLarge,

    /// <summary>A field section that ends inside a representation (RFC 9204 §4.5): QPACK_DECOMPRESSION_FAILED, connection.</summary>
    QpackTruncated,

    /// <summary>A Huffman string with EOS in it or with wrong padding (RFC 7541 §5.2): QPACK_DECOMPRESSION_FAILED, connection.</summary>
    QpackInvalidHuffman,

    /// <summary>A base that is negative (RFC 9204 §4.5.1.2): QPACK_DECOMPRESSION_FAILED, connection.</summary>
    QpackInvalidBase,

    /// <summary>A field section larger, decoded, than the limit (RFC 9114 §4.2.2): H3_EXCESSIVE_LOAD, stream.</summary>
    FieldSectionTooLarge,

    /// <summary>An encoder instruction that a capacity of 0 does not allow (RFC 9204 §4.3): QPACK_ENCODER_STREAM_ERROR, connection.</summary>
    QpackEncoderInstruction,

    /// <summary>A decoder instruction about entries that were never sent (RFC 9204 §4.4): QPACK_DECODER_STREAM_ERROR, connection.</summary>
    QpackDecoderInstruction,

    /// <summary>A request or response with missing, repeated, misplaced or ill-formed fields (RFC 9114 §4.1.2): H3_MESSAGE_ERROR, stream.</summary>
    MalformedMessage,

    /// <summary>A request stream that is finished before its request (RFC 9114 §4.1): H3_REQUEST_INCOMPLETE, stream.</summary>
    RequestIncomplete,

    /// <summary>A second control, encoder or decoder stream (RFC 9114 §6.2.1, RFC 9204 §4.2): H3_STREAM_CREATION_ERROR, connection.</summary>
    DuplicateCriticalStream,

    /// <summary>A control, encoder or decoder stream that is closed or reset (RFC 9114 §6.2.1, RFC 9204 §4.2): H3_CLOSED_CRITICAL_STREAM, connection.</summary>
    CriticalStreamClosed,

    /// <summary>A stream that its initiator may not open (RFC 9114 §6.1, §6.2.2): H3_STREAM_CREATION_ERROR, connection.</summary>
    StreamNotAllowed,

    /// <summary>A GOAWAY or push id that is of the wrong kind, out of range or going the wrong way (RFC 9114 §5.2, §7.2.3, §7.2.7): H3_ID_ERROR, connection.</summary>
    InvalidId,

    /// <summary>Settings or transport parameters without which there is no WebTransport (draft-ietf-webtrans-http3 §3.1): WT_REQUIREMENTS_NOT_MET, connection, for a client; H3_MESSAGE_ERROR, session, for a server.</summary>
    RequirementsNotMet,

    /// <summary>More sessions at a time than agreed (draft-ietf-webtrans-http3 §5.1): H3_REQUEST_REJECTED, stream.</summary>
    TooManySessions,

    /// <summary>More streams waiting for their session than the limit (draft-ietf-webtrans-http3 §4.6): WT_BUFFERED_STREAM_REJECTED, stream.</summary>
    BufferedStreamRejected,

    /// <summary>A stream of a session that is closed (draft-ietf-webtrans-http3 §6): WT_SESSION_GONE, stream.</summary>
    SessionGone,

    /// <summary>A WT_MAX_DATA or WT_MAX_STREAMS that does not increase the limit (draft-ietf-webtrans-http3 §5.6.2, §5.6.4): WT_FLOW_CONTROL_ERROR, session.</summary>
    LimitNotIncreased,

    /// <summary>More streams than WT_MAX_STREAMS allowed (draft-ietf-webtrans-http3 §5.6.2): WT_FLOW_CONTROL_ERROR, session.</summary>
    StreamLimitExceeded,

    /// <summary>More stream data than WT_MAX_DATA allowed (draft-ietf-webtrans-http3 §5.6.4): WT_FLOW_CONTROL_ERROR, session.</summary>
    DataLimitExceeded,

    /// <summary>WT_MAX_STREAM_DATA or WT_STREAM_DATA_BLOCKED over HTTP/3 (draft-ietf-webtrans-http3 §5.4): WT_FLOW_CONTROL_ERROR, session.</summary>
    ProhibitedCapsule,

    /// <summary>Data on the CONNECT stream after WT_CLOSE_SESSION (draft-ietf-webtrans-http3 §6): H3_MESSAGE_ERROR, session.</summary>
    DataAfterClose,

    /// <summary>A WT-Protocol that is missing where one is required, or that was not offered (draft-ietf-webtrans-http3 §3.3): WT_ALPN_ERROR, session.</summary>
    ProtocolNotNegotiated,

    /// <summary>More bytes before the session is accepted than the limit: H3_EXCESSIVE_LOAD, session.</summary>
    EarlyDataTooLarge,

    /// <summary>More streams open at a time than the limit: H3_EXCESSIVE_LOAD, connection.</summary>
    TooManyStreams,
}
