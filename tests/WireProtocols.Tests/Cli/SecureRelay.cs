using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.Tests.Conformance;

namespace WireProtocols.Tests.Cli;

/// <summary>TLS in front of a server on loopback.</summary>
internal sealed class SecureRelay : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate = Create();
    private readonly SubjectListener _listener;
    private readonly int _to;

    /// <param name="to">The port of the server.</param>
    public SecureRelay(int to)
    {
        _to = to;
        _listener = new SubjectListener(RelayAsync);
    }

    public int Port => _listener.Port;

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=wire.invalid", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task<bool> RelayAsync(NetworkStream client, CancellationToken stop)
    {
        using TcpClient server = new() { NoDelay = true };
        await using SslStream secure = new(client);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _to, stop);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
            Task up = CopyAsync(secure, server.GetStream(), () => server.Client.Shutdown(SocketShutdown.Send), stop);
            await CopyAsync(server.GetStream(), secure, () => { }, stop);
            await secure.ShutdownAsync();
            await up;
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // One side is gone.
        }

        return false;
    }

    private static async Task CopyAsync(Stream from, Stream to, Action end, CancellationToken stop)
    {
        try
        {
            await from.CopyToAsync(to, stop);
            end();
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One side is gone: what the other has said goes on.
        }
    }
}
