namespace WireProtocols.EventStreams;

/// <summary>
/// The rules of <c>application/vnd.amazon.eventstream</c> that bytes from a peer can break: sentence and section.
/// <see cref="EventMessageProtocolErrors"/> gives them. "If either checksum is invalid, the stream MUST be terminated": nothing can be read
/// behind any of them.
/// </summary>
public enum EventMessageProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only behind a whole message (amazon-eventstream §Message Format).</summary>
    UnexpectedEnd,

    /// <summary>The checksum of a prelude is that of its two lengths (amazon-eventstream §Message Format).</summary>
    /// <remarks>It is looked at before the lengths: what is no event stream, an error in XML or HTML for instance, fails here.</remarks>
    PreludeChecksumMismatch,

    /// <summary>A message is as long as its prelude, its headers and its two checksums at least (amazon-eventstream §Message Format).</summary>
    /// <remarks>The offset is that of the total length where that is below 16, and that of the length of the headers otherwise.</remarks>
    LengthsInconsistent,

    /// <summary>The headers of a message are no longer than MaxHeadersLength (amazon-eventstream §Message Format).</summary>
    /// <remarks>The limit is <see cref="EventMessageOptions.MaxHeadersLength"/>.</remarks>
    HeadersTooLarge,

    /// <summary>The payload of a message is no longer than MaxPayloadLength (amazon-eventstream §Message Format).</summary>
    /// <remarks>The limit is <see cref="EventMessageOptions.MaxPayloadLength"/>.</remarks>
    PayloadTooLarge,

    /// <summary>The checksum of a message is that of all bytes before it (amazon-eventstream §Message Format).</summary>
    MessageChecksumMismatch,

    /// <summary>A message has no more than MaxHeaders headers (amazon-eventstream §Headers Format).</summary>
    /// <remarks>The limit is <see cref="EventMessageOptions.MaxHeaders"/>.</remarks>
    TooManyHeaders,

    /// <summary>A header ends within the headers of its message (amazon-eventstream §Headers Format).</summary>
    /// <remarks>The offset is that of the length, or of the type, which asks for more than there is.</remarks>
    HeaderCut,

    /// <summary>The name of a header has at least one byte (amazon-eventstream §Headers Format).</summary>
    HeaderNameEmpty,

    /// <summary>The name of a header is UTF-8 (amazon-eventstream §Headers Format).</summary>
    HeaderNameNotUtf8,

    /// <summary>A name stands once in the headers of a message (amazon-eventstream §Headers Format).</summary>
    /// <remarks>The offset is where the second header begins.</remarks>
    HeaderRepeated,

    /// <summary>The type of a header is one of ten (amazon-eventstream §Headers Format).</summary>
    HeaderTypeUnknown,

    /// <summary>A string or byte array of a header has at least one byte (amazon-eventstream §Headers Format).</summary>
    /// <remarks><see cref="EventMessageOptions.AllowEmptyValues"/> lets empty ones pass.</remarks>
    HeaderValueEmpty,

    /// <summary>A string or byte array of a header has at most 32,767 bytes (amazon-eventstream §Headers Format).</summary>
    HeaderValueTooLong,

    /// <summary>A string of a header is UTF-8 (amazon-eventstream §Headers Format).</summary>
    HeaderValueNotUtf8,

    /// <summary>The type of a message is event, exception or error (amazon-eventstream §Amazon Event Semantics).</summary>
    MessageTypeUnknown,

    /// <summary>
    /// An event and an exception have their type, and an error its code and its message, as strings (amazon-eventstream §Message Events,
    /// amazon-eventstream §Modeled Error Events, amazon-eventstream §Unmodeled Error Events).
    /// </summary>
    RequiredHeaderMissing,

    /// <summary>The payload of a chunk is a JSON object that holds bytes once, as a string in base64 (RFC 8259 §4, RFC 4648 §4).</summary>
    ChunkMalformed,
}
