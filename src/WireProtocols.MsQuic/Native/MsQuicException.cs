namespace WireProtocols.MsQuic;

/// <summary>msquic could not do what it was asked: listen on an address, take a certificate, connect to a peer.</summary>
public sealed class MsQuicException : IOException
{
    /// <summary>Creates an exception.</summary>
    public MsQuicException()
    {
    }

    /// <summary>Creates an exception with a sentence.</summary>
    public MsQuicException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a sentence and a cause.</summary>
    public MsQuicException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Whether the server refused the connection (CONNECTION_REFUSED, RFC 9000 §20.1), as one does that is too busy. Another attempt, some time
    /// later, may succeed.
    /// </summary>
    public bool IsConnectionRefused { get; init; }
}
