using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.MsQuic;

/// <summary>Whether the certificate that a server has shown is taken.</summary>
internal static unsafe class PeerCertificate
{
    private const string Refused = "The server's certificate is not trusted.";

    /// <returns>Null where it is; else what is told to whoever connects.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever the callback throws is told to who connects.")]
    public static MsQuicException? Judge(ServerTrust? trust, in ConnectionEvent item)
    {
        try
        {
            return Accepts(trust, item) ? null : new MsQuicException(Refused);
        }
        catch (Exception exception)
        {
            return new MsQuicException(Refused, exception);
        }
    }

    private static bool Accepts(ServerTrust? trust, in ConnectionEvent item)
    {
        // In bounds: portable certificates were asked for, so these are buffers, each with Length bytes, for the time of the callback.
        ReadOnlySpan<byte> certificate = item.Certificate is null ? default : new(item.Certificate->Bytes, (int)item.Certificate->Length);
        ReadOnlySpan<byte> chain = item.Chain is null ? default : new(item.Chain->Bytes, (int)item.Chain->Length);
        return trust is not null && !certificate.IsEmpty && trust.Accepts(certificate, chain);
    }
}
