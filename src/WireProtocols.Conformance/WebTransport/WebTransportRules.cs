using static WireProtocols.Conformance.ConformanceRule;

namespace WireProtocols.Conformance;

/// <summary>Sentences that several cases stand on.</summary>
internal static class WebTransportRules
{
    private const string Draft = "draft-ietf-webtrans-http3";

    public static readonly ConformanceRule FirstFrame = Must(
        "RFC 9114 §6.2.1",
        "Each side MUST initiate a single control stream at the beginning of the connection and send its SETTINGS frame as the first frame on this "
            + "stream. If the first frame of the control stream is any other frame type, this MUST be treated as a connection error of type "
            + "H3_MISSING_SETTINGS.",
        "Send SETTINGS first, and expect it first.");

    public static readonly ConformanceRule OneControl = Must(
        "RFC 9114 §6.2.1",
        "Only one control stream per peer is permitted; receipt of a second stream claiming to be a control stream MUST be treated as a connection "
            + "error of type H3_STREAM_CREATION_ERROR.",
        "Remember that there is a control stream.");

    public static readonly ConformanceRule Critical = Must(
        "RFC 9114 §6.2.1",
        "If either control stream is closed at any point, this MUST be treated as a connection error of type H3_CLOSED_CRITICAL_STREAM.",
        "Close the connection where the control stream ends or is reset.");

    public static readonly ConformanceRule ReservedSettings = Must(
        "RFC 9114 §7.2.4.1",
        "These reserved settings MUST NOT be sent, and their receipt MUST be treated as a connection error of type H3_SETTINGS_ERROR.",
        "Refuse the settings 0x02 to 0x05, which are those of HTTP/2.");

    public static readonly ConformanceRule OneSetting = May(
        "RFC 9114 §7.2.4",
        "A receiver MAY treat the presence of duplicate setting identifiers as a connection error of type H3_SETTINGS_ERROR.",
        "Refuse a setting that stands twice.");

    public static readonly ConformanceRule UnknownSettings = Must(
        "RFC 9114 §7.2.4", "An implementation MUST ignore any parameter with an identifier it does not understand.", "Skip unknown settings.");

    public static readonly ConformanceRule SecondSettings = Must(
        "RFC 9114 §7.2.4",
        "If an endpoint receives a second SETTINGS frame on the control stream, the endpoint MUST respond with a connection error of type "
            + "H3_FRAME_UNEXPECTED.",
        "Take SETTINGS once.");

    public static readonly ConformanceRule SettingsElsewhere = Must(
        "RFC 9114 §7.2.4",
        "If an endpoint receives a SETTINGS frame on a different stream, the endpoint MUST respond with a connection error of type "
            + "H3_FRAME_UNEXPECTED.",
        "Take SETTINGS on the control stream alone.");

    public static readonly ConformanceRule DatagramSetting = Must(
        "RFC 9297 §2.1.1",
        "If the SETTINGS_H3_DATAGRAM setting is received with a value that is neither 0 nor 1, the receiver MUST terminate the connection with error "
            + "H3_SETTINGS_ERROR.",
        "Look at the value of SETTINGS_H3_DATAGRAM.");

    public static readonly ConformanceRule Payload = Must(
        "RFC 9114 §7.1",
        "A frame payload that contains additional bytes after the identified fields or a frame payload that terminates before the end of the "
            + "identified fields MUST be treated as a connection error of type H3_FRAME_ERROR.",
        "See that the fields of a frame are its payload.");

    public static readonly ConformanceRule Truncated = Must(
        "RFC 9114 §7.1",
        "When a stream terminates cleanly, if the last frame on the stream was truncated, this MUST be treated as a connection error of type "
            + "H3_FRAME_ERROR.",
        "See at the end of a stream that its last frame is whole.");

    public static readonly ConformanceRule Requirements = Must(
        Draft + " §3.1",
        "If the server receives SETTINGS that do not have correct values for every required setting, or transport parameters that do not have "
            + "correct "
            + "values for every required transport parameter, the server MUST treat all established and newly incoming WebTransport sessions as "
            + "malformed",
        "Refuse sessions of a client without SETTINGS_H3_DATAGRAM.");

    public static readonly ConformanceRule BeforeSettings = Must(
        Draft + " §3.1",
        "For draft versions of WebTransport only, the server MUST NOT process any incoming WebTransport requests until the client's SETTINGS have "
            + "been received",
        "Hold a request until SETTINGS are there.");

    public static readonly ConformanceRule DataOnControl = Must(
        "RFC 9114 §7.2.1",
        "If a DATA frame is received on a control stream, the recipient MUST respond with a connection error of type H3_FRAME_UNEXPECTED.",
        "Allow on the control stream what belongs there.");

    public static readonly ConformanceRule HeadersOnControl = Must(
        "RFC 9114 §7.2.2",
        "If a HEADERS frame is received on a control stream, the recipient MUST respond with a connection error of type H3_FRAME_UNEXPECTED.",
        "Allow on the control stream what belongs there.");

    public static readonly ConformanceRule PushPromise = Must(
        "RFC 9114 §7.2.5",
        "A server MUST treat the receipt of a PUSH_PROMISE frame as a connection error of type H3_FRAME_UNEXPECTED.",
        "Take no PUSH_PROMISE from a client.");

    public static readonly ConformanceRule Http2Frames = Must(
        "RFC 9114 §7.2.8",
        "Frame types that were used in HTTP/2 where there is no corresponding HTTP/3 frame have also been reserved (Section 11.2.1). These frame "
            + "types "
            + "MUST NOT be sent, and their receipt MUST be treated as a connection error of type H3_FRAME_UNEXPECTED.",
        "Refuse the frame types 0x02, 0x06, 0x08 and 0x09.");

    public static readonly ConformanceRule Unknown = Must(
        "RFC 9114 §9",
        "Implementations MUST ignore unknown or unsupported values in all extensible protocol elements.",
        "Skip frames of unknown types by their length.");

    public static readonly ConformanceRule UnknownStreams = Must(
        "RFC 9114 §6.2", "The recipient MUST NOT consider unknown stream types to be a connection error of any kind.",
        "Abort reading streams of unknown types, or discard them.");

    public static readonly ConformanceRule EarlyEnd = Must(
        "RFC 9114 §6.2",
        "A receiver MUST tolerate unidirectional streams being closed or reset prior to the reception of the unidirectional stream header.",
        "Forget a stream that ends before its type.");

    public static readonly ConformanceRule ClientPush = Must(
        "RFC 9114 §6.2.2",
        "Only servers can push; if a server receives a client-initiated push stream, this MUST be treated as a connection error of type "
            + "H3_STREAM_CREATION_ERROR.",
        "Take no push stream from a client.");

    public static readonly ConformanceRule PushLimit = Must(
        "RFC 9114 §7.2.7",
        "A MAX_PUSH_ID frame cannot reduce the maximum push ID; receipt of a MAX_PUSH_ID frame that contains a smaller value than previously "
            + "received "
            + "MUST be treated as a connection error of type H3_ID_ERROR.",
        "Remember the largest push id.");

    public static readonly ConformanceRule PushElsewhere = Must(
        "RFC 9114 §7.2.7",
        "Receipt of a MAX_PUSH_ID frame on any other stream MUST be treated as a connection error of type H3_FRAME_UNEXPECTED.",
        "Take MAX_PUSH_ID on the control stream alone.");

    public static readonly ConformanceRule CancelBeyond = Must(
        "RFC 9114 §7.2.3",
        "If a CANCEL_PUSH frame is received that references a push ID greater than currently allowed on the connection, this MUST be treated as a "
            + "connection error of type H3_ID_ERROR.",
        "Hold CANCEL_PUSH against the largest push id.");

    public static readonly ConformanceRule CancelElsewhere = Must(
        "RFC 9114 §7.2.3",
        "Receiving a CANCEL_PUSH frame on a stream other than the control stream MUST be treated as a connection error of type H3_FRAME_UNEXPECTED.",
        "Take CANCEL_PUSH on the control stream alone.");

    public static readonly ConformanceRule GoAway = Must(
        "RFC 9114 §5.2",
        "Receiving a GOAWAY containing a larger identifier than previously received MUST be treated as a connection error of type H3_ID_ERROR.",
        "Remember the identifier of the last GOAWAY.");

    public static readonly ConformanceRule Sequence = Must(
        "RFC 9114 §4.1",
        "Receipt of an invalid sequence of frames MUST be treated as a connection error of type H3_FRAME_UNEXPECTED.",
        "Expect HEADERS before DATA.");

    public static readonly ConformanceRule Tunnel = Must(
        "RFC 9114 §4.4",
        "Once the CONNECT method has completed, only DATA frames are permitted to be sent on the stream. ... Receipt of any other known frame type "
            + "MUST "
            + "be treated as a connection error of type H3_FRAME_UNEXPECTED.",
        "Take nothing but DATA behind the request.");

    public static readonly ConformanceRule Incomplete = Should(
        "RFC 9114 §4.1",
        "If a client-initiated stream terminates without enough of the HTTP message to provide a complete response, the server SHOULD abort its "
            + "response "
            + "stream with the error code H3_REQUEST_INCOMPLETE.",
        "Reset a stream that ends before its request does.");

    public static readonly ConformanceRule MalformedMessage = Must(
        "RFC 9114 §4.1.2",
        "Malformed requests or responses that are detected MUST be treated as a stream error of type H3_MESSAGE_ERROR.",
        "Check the pseudo-header fields and the names of the others before a session is accepted.");

    public static readonly ConformanceRule SessionId = Must(
        Draft + " §4",
        "If an endpoint receives a session ID on a unidirectional stream, bidirectional stream, or datagram that does not correspond to a "
            + "client-initiated bidirectional stream ID, the endpoint MUST close the connection with an H3_ID_ERROR error code.",
        "A session id is divisible by four.");

    public static readonly ConformanceRule Signal = Must(
        Draft + " §4.3",
        "Endpoints MUST NOT send WT_STREAM as a frame type on HTTP/3 streams other than the very first bytes of a request stream. Receiving this "
            + "frame "
            + "type in any other circumstances MUST be treated as a connection error of type H3_FRAME_ERROR.",
        "Take 0x41 as the first bytes of a stream alone.");

    public static readonly ConformanceRule Buffered = Should(
        Draft + " §4.6",
        "To handle this case, WebTransport endpoints SHOULD buffer streams and datagrams until they can be associated with an established session.",
        "Hold streams, a limited number of them, until their session is there.");

    public static readonly ConformanceRule Gone = Must(
        Draft + " §6",
        "Upon learning that the session has been terminated, the endpoint MUST reset the send side and abort reading on the receive side of all "
            + "unidirectional and bidirectional streams associated with the session (see Section 2.4 of RFC9000) using the WT_SESSION_GONE error "
            + "code",
        "End the streams of a session with it.");

    public static readonly ConformanceRule CloseAnswer = Must(
        Draft + " §6", "The recipient MUST either close or reset the stream in response.",
            "Finish the CONNECT stream when WT_CLOSE_SESSION has come.");

    public static readonly ConformanceRule CloseReason = Must(
        Draft + " §6",
        "If the Application Error Message exceeds 1024 bytes or is not valid UTF-8, the receiver MUST reset the stream with code H3_MESSAGE_ERROR.",
        "Check length and encoding of the message.");

    public static readonly ConformanceRule AfterClose = Must(
        Draft + " §6",
        "If any additional stream data is received on the CONNECT stream after receiving a WT_CLOSE_SESSION capsule, the stream MUST be reset with "
            + "code "
            + "H3_MESSAGE_ERROR.",
        "Take nothing behind WT_CLOSE_SESSION.");

    public static readonly ConformanceRule CleanEnd = Must(
        Draft + " §6",
        "Cleanly terminating a CONNECT stream without a WT_CLOSE_SESSION capsule SHALL be semantically equivalent to terminating it with a "
            + "WT_CLOSE_SESSION capsule that has an error code of 0 and an empty error string.",
        "End the session where its CONNECT stream ends.");

    public static readonly ConformanceRule UnknownCapsules = Must(
        "RFC 9297 §3.2",
        "Endpoints that receive a Capsule with an unknown Capsule Type MUST silently drop that Capsule and skip over it to parse the next Capsule.",
        "Skip capsules of unknown types by their length, however long they are.");

    public static readonly ConformanceRule CapsulePayload = Must(
        "RFC 9297 §3.3",
        "A Capsule payload that contains additional bytes after the identified fields or a Capsule payload that terminates before the end of the "
            + "identified fields MUST be treated as it if were a malformed or incomplete message.",
        "See that the fields of a capsule are its payload.");

    public static readonly ConformanceRule CapsuleTruncated = Must(
        "RFC 9297 §3.3",
        "If the receive side of a stream carrying Capsules is terminated cleanly (for example, in HTTP/3 this is defined as receiving a QUIC STREAM "
            + "frame "
            + "with the FIN bit set) and the last Capsule on the stream was truncated, this MUST be treated as if it were a malformed or incomplete "
            + "message.",
        "See at the end of the CONNECT stream that its last capsule is whole.");

    public static readonly ConformanceRule Prohibited = Must(
        Draft + " §5.4",
        "Endpoints MUST treat receipt of a WT_MAX_STREAM_DATA or a WT_STREAM_DATA_BLOCKED capsule as a session error.",
        "Refuse the capsules that HTTP/3 has no use for.");

    public static readonly ConformanceRule StreamsIncrease = Must(
        Draft + " §5.6.2",
        "If an endpoint receives a WT_MAX_STREAMS capsule that does not increase the Maximum Streams value previously received, it MUST close the "
            + "WebTransport session with a WT_FLOW_CONTROL_ERROR error code.",
        "Remember the last limit of each direction.");

    public static readonly ConformanceRule StreamsBeyond = Must(
        Draft + " §5.6.2",
        "This value cannot exceed 2^60, as it is not possible to encode stream IDs larger than 2^62-1. Recipients of a capsule with a Maximum "
            + "Streams "
            + "value larger than this limit MUST close the WebTransport session with a WT_FLOW_CONTROL_ERROR error code.",
        "Check the number of streams.");

    public static readonly ConformanceRule BlockedBeyond = StreamsBeyond with { Spec = Draft + " §5.6.3" };

    public static readonly ConformanceRule StreamLimit = Must(
        Draft + " §5.6.2",
        "If an endpoint receives an incoming stream for a session that would exceed the advertised Maximum Streams value, it MUST close the "
            + "WebTransport "
            + "session with a WT_FLOW_CONTROL_ERROR error code.",
        "Count the streams of a session.");

    public static readonly ConformanceRule DataIncrease = Must(
        Draft + " §5.6.4",
        "If an endpoint receives a WT_MAX_DATA capsule with a Maximum Data value that does not increase the Maximum Data value previously received, "
            + "it "
            + "MUST close the WebTransport session with a WT_FLOW_CONTROL_ERROR error code.",
        "Remember the last limit.");

    public static readonly ConformanceRule IgnoredFlow = Must(
        Draft + " §5.1",
        "Also, if flow control is not enabled, an endpoint MUST ignore receipt of any flow control capsules (see Section 5.6), since the peer might "
            + "not "
            + "have received SETTINGS at the time they were sent or packets might have been reordered.",
        "Skip the capsules of flow control where there is none.");

    public static readonly ConformanceRule OneSession = Must(
        Draft + " §5.1",
        "A server that receives more than one session on an underlying transport connection when flow control is not enabled MUST reset the "
            + "excessive "
            + "CONNECT streams with a H3_REQUEST_REJECTED status",
        "Take one session at a time where there is no flow control.");

    public static readonly ConformanceRule QuarterTooLarge = Must(
        "RFC 9297 §2.1",
        "The largest legal QUIC stream ID value is 2^62-1, so the largest legal value of the Quarter Stream ID field is 2^60-1. Receipt of an HTTP/3 "
            + "Datagram that includes a larger value MUST be treated as an HTTP/3 connection error of type H3_DATAGRAM_ERROR (0x33).",
        "Check the quarter stream id.");

    public static readonly ConformanceRule DatagramShort = Must(
        "RFC 9297 §2.1",
        "Receipt of a QUIC DATAGRAM frame whose payload is too short to allow parsing the Quarter Stream ID field MUST be treated as an HTTP/3 "
            + "connection "
            + "error of type H3_DATAGRAM_ERROR (0x33).",
        "See that the quarter stream id is whole.");

    public static readonly ConformanceRule Codes = Must(
        Draft + " §4.4",
        "WebTransport implementations MUST remap those error codes into the error range reserved for WT_APPLICATION_ERROR, where 0x00000000 "
            + "corresponds "
            + "to 0x52e4a40fa8db, and 0xffffffff corresponds to 0x52e5ac983162.",
        "first + n + floor(n / 0x1e).");

    public static readonly ConformanceRule ForeignCodes = Must(
        Draft + " §4.4",
        "If a RESET_STREAM or STOP_SENDING frame is received with an error code outside the range reserved for WT_APPLICATION_ERROR, the stream is "
            + "still "
            + "considered reset, but the error code is not mapped to a WebTransport application error code.",
        "Take a reset with any code for a reset of the stream, and nothing more.");

    public static readonly ConformanceRule Echoes = Must(
        Draft + " §4",
        "WebTransport over HTTP/3 provides the following features described in [OVERVIEW]: unidirectional streams, bidirectional streams, and "
            + "datagrams, "
            + "all of which can be initiated by either endpoint.",
        "Echo what comes on a bidirectional stream on it, on a unidirectional one on a new one, and datagrams as datagrams.");

    public static readonly ConformanceRule Protocols = Must(
        Draft + " §3.3",
        "If it does, the server MUST include a single choice from the client's list in that field",
        "Answer with one of the protocols that were offered, or with none.");

    public static readonly ConformanceRule ProtocolTypes = Must(
        Draft + " §3.3",
        "Any value type other than String MUST be treated as an error that causes the entire field to be ignored as recommended in [FIELDS], "
            + "allowing "
            + "application protocol negotiation to remain optional.",
        "Ignore a field whose members are no strings.");
}
