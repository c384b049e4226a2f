namespace WireProtocols.Multipart;

/// <summary>Bytes from a peer that break a rule of multipart bodies.</summary>
public sealed class MultipartProtocolException : WireProtocolException
{
    internal MultipartProtocolException(MultipartProtocolError error, long offset)
        : base(error.ToString(), error.GetRule(), offset)
        => Error = error;

    /// <summary>The rule that was broken.</summary>
    public MultipartProtocolError Error { get; }
}
