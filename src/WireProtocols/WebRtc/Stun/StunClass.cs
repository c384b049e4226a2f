namespace WireProtocols.WebRtc;

/// <summary>The classes of messages (RFC 8489 §5).</summary>
public enum StunClass
{
    /// <summary>A request, which is answered.</summary>
    Request = 0,

    /// <summary>An indication, which is not.</summary>
    Indication = 1,

    /// <summary>The answer of a request that succeeded.</summary>
    SuccessResponse = 2,

    /// <summary>The answer of a request that failed.</summary>
    ErrorResponse = 3,
}
