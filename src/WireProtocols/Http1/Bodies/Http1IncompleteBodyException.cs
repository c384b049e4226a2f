namespace WireProtocols.Http1;

/// <summary>
/// The input ended before as many bytes of a body had come as Content-Length says. "If the sender closes the connection or the recipient
/// times out before the indicated number of octets are received, the recipient MUST consider the message to be incomplete and close the
/// connection" (RFC 9112 §6.3).
/// </summary>
/// <param name="offset">How many bytes of the body came.</param>
public sealed class Http1IncompleteBodyException(long offset) : WireProtocolException("UnexpectedEnd", Rule9112, offset)
{
    private static ProtocolRule Rule9112 => new("The body has as many bytes as Content-Length says", "RFC 9112 §6.3");
}
