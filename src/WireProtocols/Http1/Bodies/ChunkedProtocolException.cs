namespace WireProtocols.Http1;

/// <summary>A chunked body that breaks a rule of RFC 9112 §7.1.</summary>
/// <param name="error">The rule that was broken.</param>
/// <param name="offset">The offending byte, from the start of the body.</param>
public sealed class ChunkedProtocolException(ChunkedProtocolError error, long offset)
    : WireProtocolException(error.ToString(), error.GetRule(), offset)
{
    /// <summary>The rule that was broken.</summary>
    public ChunkedProtocolError Error { get; } = error;
}
