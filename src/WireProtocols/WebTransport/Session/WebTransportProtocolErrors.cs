namespace WireProtocols.WebTransport;

/// <summary>The catalogue of <see cref="WebTransportProtocolError"/>: sentence, section, code and scope of each rule.</summary>
public static class WebTransportProtocolErrors
{
    /// <summary>The rule in one sentence, and where it stands.</summary>
    public static ProtocolRule GetRule(this WebTransportProtocolError error)
    {
        Entry entry = GetEntry(error);
        return new ProtocolRule(entry.Text, entry.Section);
    }

    /// <summary>The HTTP/3 error code (62 bits) that an endpoint sends.</summary>
    public static long GetErrorCode(this WebTransportProtocolError error) => GetEntry(error).Code;

    /// <summary>What the error code ends.</summary>
    public static WebTransportErrorScope GetScope(this WebTransportProtocolError error) => GetEntry(error).Scope;

    private static Entry GetEntry(WebTransportProtocolError error)
        => (uint)error < (uint)Entries.Length ? Entries[(int)error] : throw new ArgumentOutOfRangeException(nameof(error));

    /// <summary>In the order of the enum; a test holds that.</summary>
    private static readonly Entry[] Entries =
    [
        new("No rule is broken", "RFC 9114 §8.1", WebTransportErrorCode.NoError, WebTransportErrorScope.Stream),
        new("The input has to end where an element ends", "RFC 9297 §3.3", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // UnexpectedEnd
        new("A quarter stream id is at most 2^60-1", "RFC 9297 §2.1", WebTransportErrorCode.DatagramError, WebTransportErrorScope.Connection), // QuarterStreamIdTooLarge
        new("A datagram holds its whole quarter stream id", "RFC 9297 §2.1", WebTransportErrorCode.DatagramError, WebTransportErrorScope.Connection), // DatagramTruncated
        new("A capsule holds every field of its type", "RFC 9297 §3.3", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // CapsuleFieldTruncated
        new("A capsule holds nothing after the fields of its type", "RFC 9297 §3.3", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // CapsuleTrailingBytes
        new("The last capsule of a stream has to be whole", "RFC 9297 §3.3", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // CapsuleTruncated
        new("The message of WT_CLOSE_SESSION is at most 1024 bytes", "draft-ietf-webtrans-http3 §6", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // CloseReasonTooLong
        new("The message of WT_CLOSE_SESSION is UTF-8", "draft-ietf-webtrans-http3 §6", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // CloseReasonNotUtf8
        new("A number of streams is at most 2^60", "draft-ietf-webtrans-http3 §5.6.2", WebTransportErrorCode.FlowControlError, WebTransportErrorScope.Session), // StreamCountTooLarge
        new("An application error code is at most 2^32-1", "draft-ietf-webtrans-http2 §6.2", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // ApplicationErrorCodeTooLarge
        new("Padding is all zeros", "draft-ietf-webtrans-http2 §6.1", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // PaddingNotZero
        new("A WebTransport stream begins with 0x54 or 0x41", "draft-ietf-webtrans-http3 §4.2", WebTransportErrorCode.StreamCreationError, WebTransportErrorScope.Stream), // UnknownStreamSignal
        new("A session id is the id of a client-initiated bidirectional stream", "draft-ietf-webtrans-http3 §4", WebTransportErrorCode.IdError, WebTransportErrorScope.Connection), // InvalidSessionId
        new("0x41 stands only at the start of a bidirectional stream", "draft-ietf-webtrans-http3 §4.3", WebTransportErrorCode.FrameError, WebTransportErrorScope.Connection), // StreamSignalMisplaced
        new("A frame stands only on the streams, and in the order, that its type allows", "RFC 9114 §7.2", WebTransportErrorCode.FrameUnexpected, WebTransportErrorScope.Connection), // FrameUnexpected
        new("Frame types that HTTP/2 used without an equivalent are not sent", "RFC 9114 §7.2.8", WebTransportErrorCode.FrameUnexpected, WebTransportErrorScope.Connection), // ReservedFrameType
        new("The payload of a frame is exactly its fields", "RFC 9114 §7.1", WebTransportErrorCode.FrameError, WebTransportErrorScope.Connection), // FramePayloadMalformed
        new("The last frame of a stream has to be whole", "RFC 9114 §7.1", WebTransportErrorCode.FrameError, WebTransportErrorScope.Connection), // FrameTruncated
        new("A frame that has to be held whole stays within the limit", "RFC 9114 §10.5", WebTransportErrorCode.ExcessiveLoad, WebTransportErrorScope.Connection), // FrameTooLarge
        new("SETTINGS is the first frame of a control stream", "RFC 9114 §6.2.1", WebTransportErrorCode.MissingSettings, WebTransportErrorScope.Connection), // MissingSettings
        new("A setting occurs once", "RFC 9114 §7.2.4", WebTransportErrorCode.SettingsError, WebTransportErrorScope.Connection), // DuplicateSetting
        new("Settings that HTTP/2 used without an equivalent are not sent", "RFC 9114 §7.2.4.1", WebTransportErrorCode.SettingsError, WebTransportErrorScope.Connection), // ReservedSetting
        new("A setting has one of the values that it is defined for", "RFC 9297 §2.1.1", WebTransportErrorCode.SettingsError, WebTransportErrorScope.Connection), // InvalidSettingValue
        new("The number of settings stays within the limit", "RFC 9114 §10.5", WebTransportErrorCode.ExcessiveLoad, WebTransportErrorScope.Connection), // TooManySettings
        new("A dynamic table of capacity 0 is never referred to", "RFC 9204 §2.2.3", WebTransportErrorCode.QpackDecompressionFailed, WebTransportErrorScope.Connection), // QpackDynamicReference
        new("A static index is at most 98", "RFC 9204 §3.1", WebTransportErrorCode.QpackDecompressionFailed, WebTransportErrorScope.Connection), // QpackInvalidStaticIndex
        new("A prefixed integer has at most 62 bits", "RFC 9204 §4.1.1", WebTransportErrorCode.QpackDecompressionFailed, WebTransportErrorScope.Connection), // QpackIntegerTooLarge
        new("A field section ends where a representation ends", "RFC 9204 §4.5", WebTransportErrorCode.QpackDecompressionFailed, WebTransportErrorScope.Connection), // QpackTruncated
        new("A Huffman string has no EOS and at most 7 bits of padding, all ones", "RFC 7541 §5.2", WebTransportErrorCode.QpackDecompressionFailed, WebTransportErrorScope.Connection), // QpackInvalidHuffman
        new("The base of a field section is not negative", "RFC 9204 §4.5.1.2", WebTransportErrorCode.QpackDecompressionFailed, WebTransportErrorScope.Connection), // QpackInvalidBase
        new("A field section stays, decoded, within the limit", "RFC 9114 §4.2.2", WebTransportErrorCode.ExcessiveLoad, WebTransportErrorScope.Stream), // FieldSectionTooLarge
        new("An encoder instruction stays within the capacity of the table", "RFC 9204 §4.3", WebTransportErrorCode.QpackEncoderStreamError, WebTransportErrorScope.Connection), // QpackEncoderInstruction
        new("A decoder instruction speaks of entries that were sent", "RFC 9204 §4.4", WebTransportErrorCode.QpackDecoderStreamError, WebTransportErrorScope.Connection), // QpackDecoderInstruction
        new("A message has the fields that its kind needs, well formed and in order", "RFC 9114 §4.1.2", WebTransportErrorCode.MessageError, WebTransportErrorScope.Stream), // MalformedMessage
        new("A request stream holds a whole request", "RFC 9114 §4.1", WebTransportErrorCode.RequestIncomplete, WebTransportErrorScope.Stream), // RequestIncomplete
        new("There is one control, one encoder and one decoder stream", "RFC 9114 §6.2.1", WebTransportErrorCode.StreamCreationError, WebTransportErrorScope.Connection), // DuplicateCriticalStream
        new("Control, encoder and decoder streams are never closed", "RFC 9114 §6.2.1", WebTransportErrorCode.ClosedCriticalStream, WebTransportErrorScope.Connection), // CriticalStreamClosed
        new("A stream is opened only by the side that may open it", "RFC 9114 §6.2.2", WebTransportErrorCode.StreamCreationError, WebTransportErrorScope.Connection), // StreamNotAllowed
        new("An id in GOAWAY, MAX_PUSH_ID or CANCEL_PUSH is of its kind and within its bounds", "RFC 9114 §5.2", WebTransportErrorCode.IdError, WebTransportErrorScope.Connection), // InvalidId
        new("Both sides enable what WebTransport needs", "draft-ietf-webtrans-http3 §3.1", WebTransportErrorCode.RequirementsNotMet, WebTransportErrorScope.Connection), // RequirementsNotMet
        new("Without flow control there is one session at a time", "draft-ietf-webtrans-http3 §5.1", WebTransportErrorCode.RequestRejected, WebTransportErrorScope.Stream), // TooManySessions
        new("The number of streams that wait for their session stays within the limit", "draft-ietf-webtrans-http3 §4.6", WebTransportErrorCode.BufferedStreamRejected, WebTransportErrorScope.Stream), // BufferedStreamRejected
        new("A stream belongs to a session that is not closed", "draft-ietf-webtrans-http3 §6", WebTransportErrorCode.SessionGone, WebTransportErrorScope.Stream), // SessionGone
        new("Each WT_MAX_DATA and WT_MAX_STREAMS increases the limit", "draft-ietf-webtrans-http3 §5.6.4", WebTransportErrorCode.FlowControlError, WebTransportErrorScope.Session), // LimitNotIncreased
        new("The number of streams stays within WT_MAX_STREAMS", "draft-ietf-webtrans-http3 §5.6.2", WebTransportErrorCode.FlowControlError, WebTransportErrorScope.Session), // StreamLimitExceeded
        new("The amount of stream data stays within WT_MAX_DATA", "draft-ietf-webtrans-http3 §5.6.4", WebTransportErrorCode.FlowControlError, WebTransportErrorScope.Session), // DataLimitExceeded
        new("Per-stream flow control capsules are not used over HTTP/3", "draft-ietf-webtrans-http3 §5.4", WebTransportErrorCode.FlowControlError, WebTransportErrorScope.Session), // ProhibitedCapsule
        new("Nothing follows WT_CLOSE_SESSION on the CONNECT stream", "draft-ietf-webtrans-http3 §6", WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), // DataAfterClose
        new("The application protocol is one that the client offered", "draft-ietf-webtrans-http3 §3.3", WebTransportErrorCode.AlpnError, WebTransportErrorScope.Session), // ProtocolNotNegotiated
        new("What arrives before the session is accepted stays within the limit", "draft-ietf-webtrans-http3 §4.6", WebTransportErrorCode.ExcessiveLoad, WebTransportErrorScope.Session), // EarlyDataTooLarge
        new("The number of open streams stays within the limit", "draft-ietf-webtrans-http3 §8", WebTransportErrorCode.ExcessiveLoad, WebTransportErrorScope.Connection), // TooManyStreams
    ];

    private readonly record struct Entry(string Text, string Section, long Code, WebTransportErrorScope Scope);
}
