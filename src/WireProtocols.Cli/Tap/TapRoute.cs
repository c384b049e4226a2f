using System.CommandLine;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Tap;

/// <summary>How the two halves of a relayed connection are made.</summary>
/// <param name="To">The server.</param>
/// <param name="Certificate">What TLS with clients is spoken with; null for none.</param>
/// <param name="Tls">TLS with the server; null for none.</param>
internal sealed record TapRoute(DnsEndPoint To, X509Certificate2? Certificate, SslClientAuthenticationOptions? Tls)
{
    /// <exception cref="ToolException">A certificate cannot be read.</exception>
    public static TapRoute Read(ParseResult arguments, TapOptions options) => new(
        arguments.GetValue(options.To)!,
        arguments.GetValue(options.Certificate) is { } file ? TlsFiles.ReadCertificate(file, arguments.GetValue(options.Key)) : null,
        arguments.GetValue(options.Tls)
            ? TlsFiles.CreateClient(arguments.GetValue(options.Insecure), arguments.GetValue(options.Authorities), null)
            : null);

    /// <summary>The half to the client.</summary>
    public async Task<Stream> AcceptAsync(Socket socket, CancellationToken stop)
    {
        NetworkStream stream = new(socket, ownsSocket: true);
        if (Certificate is null)
        {
            return stream;
        }

        SslStream secure = new(stream);
        await secure.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(Certificate, null, offline: true),
            },
            stop);
        return secure;
    }

    /// <summary>The half to the server.</summary>
    public async Task<(Stream Stream, Socket Socket)> ConnectAsync(CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(To, stop);
            NetworkStream stream = new(socket, ownsSocket: true);
            if (Tls is null)
            {
                return (stream, socket);
            }

            SslStream secure = new(stream);
            SslClientAuthenticationOptions options = new()
            {
                TargetHost = To.Host,
                RemoteCertificateValidationCallback = Tls.RemoteCertificateValidationCallback,
                CertificateChainPolicy = Tls.CertificateChainPolicy,
            };
            await secure.AuthenticateAsClientAsync(options, stop);
            return (secure, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
