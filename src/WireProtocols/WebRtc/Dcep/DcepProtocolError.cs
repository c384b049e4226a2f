namespace WireProtocols.WebRtc;

/// <summary>
/// The rules of the Data Channel Establishment Protocol that a message can break: sentence and section. Whatever it is, "the receiver MUST close the
/// corresponding data channel" (RFC 8832 §6). <see cref="DcepProtocolErrors"/> gives them.
/// </summary>
public enum DcepProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>A message holds every field of its type (RFC 8832 §5).</summary>
    UnexpectedEnd,

    /// <summary>A message is an OPEN or an ACK (RFC 8832 §8.2.1).</summary>
    UnknownMessageType,

    /// <summary>A channel is of one of six types (RFC 8832 §8.2.2).</summary>
    UnknownChannelType,

    /// <summary>The label is UTF-8 (RFC 8832 §5.1).</summary>
    LabelNotUtf8,

    /// <summary>The protocol is UTF-8 (RFC 8832 §5.1).</summary>
    ProtocolNotUtf8,

    /// <summary>Nothing follows the fields of a message (RFC 8832 §6, RFC 8832 §7).</summary>
    TrailingBytes,
}
