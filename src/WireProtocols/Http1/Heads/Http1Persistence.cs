namespace WireProtocols.Http1;

/// <summary>Whether a connection goes on after a message, RFC 9112 §9.3.</summary>
internal static class Http1Persistence
{
    /// <summary>The list of RFC 9112 §9.3, in its order.</summary>
    public static bool IsKeepAlive(Http1Fields fields, int minorVersion)
    {
        // "If the 'close' connection option is present, the connection will not persist after the current response; else, ..."
        if (fields.ContainsElement("connection"u8, "close"u8))
        {
            return false;
        }

        return minorVersion > 0 || fields.ContainsElement("connection"u8, "keep-alive"u8);
    }
}
