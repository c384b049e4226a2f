namespace WireProtocols.Http1;

/// <summary>The four forms of a request-target, RFC 9112 §3.2.</summary>
public enum Http1TargetForm
{
    /// <summary>A path and perhaps a query: <c>/chat?room=1</c>.</summary>
    Origin,

    /// <summary>A URI: <c>http://example.com/chat</c>. Its authority stands for the Host field.</summary>
    Absolute,

    /// <summary>A host and port, for CONNECT only.</summary>
    Authority,

    /// <summary><c>*</c>, for OPTIONS only.</summary>
    Asterisk,
}
