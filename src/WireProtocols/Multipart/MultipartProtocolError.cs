namespace WireProtocols.Multipart;

/// <summary>
/// The rules of multipart bodies that bytes from a peer can break: sentence and section. <see cref="MultipartProtocolErrors"/> gives them.
/// </summary>
public enum MultipartProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only behind the last boundary (RFC 2046 §5.1.1).</summary>
    /// <remarks><see cref="MultipartOptions.AllowMissingEnd"/> lets it end behind a whole part as well.</remarks>
    UnexpectedEnd,

    /// <summary>Behind a boundary stand white space and a line end, or two hyphens (RFC 2046 §5.1.1).</summary>
    /// <remarks>A boundary that is the beginning of another one in the same body is told by this.</remarks>
    BoundaryLineMalformed,

    /// <summary>What stands around the parts is no longer than MaxDiscardedLength (RFC 2046 §5.1.1).</summary>
    /// <remarks>The limit is <see cref="MultipartOptions.MaxDiscardedLength"/>, for preamble, epilogue and white space behind boundaries.</remarks>
    DiscardedTooLarge,

    /// <summary>A body has no more than MaxParts parts (RFC 2046 §5.1.1).</summary>
    /// <remarks>The limit is <see cref="MultipartOptions.MaxParts"/>.</remarks>
    TooManyParts,

    /// <summary>The head of a part is no longer than MaxHeadLength (RFC 2046 §5.1.1).</summary>
    /// <remarks>The limit is <see cref="MultipartOptions.MaxHeadLength"/>.</remarks>
    HeadTooLarge,

    /// <summary>A part has no more than MaxFields fields (RFC 2046 §5.1.1).</summary>
    /// <remarks>The limit is <see cref="MultipartOptions.MaxFields"/>.</remarks>
    TooManyFields,

    /// <summary>The body of a part is no longer than MaxPartLength (RFC 2046 §5.1.1).</summary>
    /// <remarks>The limit is <see cref="MultipartOptions.MaxPartLength"/>.</remarks>
    PartTooLarge,

    /// <summary>The name of a field is printable ASCII with a colon behind it (RFC 5322 §2.2).</summary>
    FieldNameMalformed,

    /// <summary>A field stands on one line (RFC 5322 §2.2.3).</summary>
    /// <remarks>Folding is allowed in mail. Readers of HTTP do not agree on it, so it is refused here.</remarks>
    FieldFolded,

    /// <summary>The value of a field holds no control characters but tabs (RFC 5322 §2.2).</summary>
    FieldValueMalformed,

    /// <summary>A line of a head ends in CRLF (RFC 2046 §5.1.1).</summary>
    LineEndMalformed,
}
