namespace WireProtocols.Http1;

/// <summary>A message head that breaks a rule of RFC 9112 or RFC 9110.</summary>
public sealed class Http1ProtocolException : WireProtocolException
{
    /// <summary>Creates the exception for a broken rule.</summary>
    /// <param name="error">The rule.</param>
    /// <param name="offset">The offset of the offending byte from the first byte of the input.</param>
    public Http1ProtocolException(Http1ProtocolError error, long offset)
        : base(error.ToString(), error.GetRule(), offset) => Error = error;

    /// <summary>The rule that was broken.</summary>
    public Http1ProtocolError Error { get; }

    /// <summary>The status that a server answers with before it closes the connection.</summary>
    public int StatusCode => Error.GetStatusCode();
}
