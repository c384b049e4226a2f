namespace WireProtocols.WebRtc;

/// <summary>
/// The rules of STUN that a message can break: sentence, section, and the code of the error response to a request that breaks it; 0 where the
/// message "is silently discarded" (RFC 8489 §6.3). <see cref="StunProtocolErrors"/> gives them.
/// </summary>
public enum StunProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>A message has a header of 20 bytes and as many bytes behind it as its length says (RFC 8489 §5; 0).</summary>
    UnexpectedEnd,

    /// <summary>The first two bits of a message are zero (RFC 8489 §5; 0).</summary>
    NotStun,

    /// <summary>The length of a message is a multiple of 4 (RFC 8489 §5; 0).</summary>
    LengthNotPadded,

    /// <summary>The magic cookie is 0x2112A442 (RFC 8489 §5; 0).</summary>
    WrongCookie,

    /// <summary>A datagram holds one message and nothing behind it (RFC 8489 §6.3; 0).</summary>
    TrailingBytes,

    /// <summary>An attribute and its padding end within the message (RFC 8489 §14; 400).</summary>
    AttributeTruncated,

    /// <summary>The value of an attribute is as long as its type says (RFC 8489 §14; 400).</summary>
    ValueLengthWrong,

    /// <summary>Text is at most 763 bytes long (RFC 8489 §14.3, RFC 8489 §14.8; 400).</summary>
    TextTooLong,

    /// <summary>Text is UTF-8 (RFC 8489 §14.3, RFC 8489 §14.8; 400).</summary>
    TextNotUtf8,

    /// <summary>A domain has at most 255 characters of ASCII (RFC 8489 §14.16; 400).</summary>
    DomainMalformed,

    /// <summary>An error code has a class of 3 to 6 and a number of 0 to 99 (RFC 8489 §14.8; 0).</summary>
    ErrorCodeOutOfRange,

    /// <summary>FINGERPRINT is the last attribute (RFC 8489 §14.7; 0).</summary>
    FingerprintNotLast,

    /// <summary>A message has a FINGERPRINT where both sides use it (RFC 8489 §7; 0).</summary>
    FingerprintMissing,

    /// <summary>FINGERPRINT is the checksum of what stands before it (RFC 8489 §14.7; 0).</summary>
    FingerprintMismatch,

    /// <summary>A message has MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 where credentials are used (RFC 8489 §9.1.3; 400).</summary>
    IntegrityMissing,

    /// <summary>Message integrity is the HMAC of what stands before it (RFC 8489 §9.1.3, RFC 8489 §9.2.4; 401).</summary>
    IntegrityMismatch,

    /// <summary>Every comprehension-required attribute is understood (RFC 8489 §6.3.1; 420).</summary>
    UnknownAttribute,

    /// <summary>A response answers the request: its method, its transaction, and what its class has to hold (RFC 8489 §6.3; 0).</summary>
    ResponseUnfit,
}
