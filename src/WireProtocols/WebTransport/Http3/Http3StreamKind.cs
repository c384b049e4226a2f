namespace WireProtocols.WebTransport;

/// <summary>The kinds of streams that are sequences of frames.</summary>
public enum Http3StreamKind
{
    /// <summary>A client-initiated bidirectional stream: a message each way (RFC 9114 §4.1).</summary>
    Request,

    /// <summary>A control stream, after its type (RFC 9114 §6.2.1).</summary>
    Control,
}
