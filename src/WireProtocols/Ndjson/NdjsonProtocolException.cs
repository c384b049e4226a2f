namespace WireProtocols.Ndjson;

/// <summary>A record that breaks a rule of NDJSON or of JSON text sequences.</summary>
/// <param name="error">The rule that was broken.</param>
/// <param name="offset">The offending byte, from the start of the input.</param>
/// <param name="number">The number of the line, or of the record of a sequence, from 1.</param>
/// <param name="innerException">What the JSON reader or the serializer said, where it was asked.</param>
public sealed class NdjsonProtocolException(NdjsonProtocolError error, long offset, long number, Exception? innerException = null)
    : WireProtocolException(error.ToString(), error.GetRule(), offset, innerException)
{
    /// <summary>The rule that was broken.</summary>
    public NdjsonProtocolError Error { get; } = error;

    /// <summary>The number of the line, or of the record of a sequence, from 1.</summary>
    public long Number { get; } = number;
}
