using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WireProtocols.Tests.Cli;

/// <summary>TLS in front of a server on loopback.</summary>
internal sealed class SecureRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate = Create();
    private readonly int _to;
    private readonly Task _accepting;

    /// <param name="to">The port of the server.</param>
    public SecureRelay(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private static X509Certificate2 Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=wire.invalid", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                running.Add(Task.Run(() => RelayAsync(socket)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task RelayAsync(Socket socket)
    {
        socket.NoDelay = true;
        using TcpClient server = new() { NoDelay = true };
        await using SslStream secure = new(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _to, _stop.Token);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            Task up = CopyAsync(secure, server.GetStream(), () => server.Client.Shutdown(SocketShutdown.Send));
            await CopyAsync(server.GetStream(), secure, () => { });
            await secure.ShutdownAsync();
            await up;
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // One side is gone.
        }
    }

    private async Task CopyAsync(Stream from, Stream to, Action end)
    {
        try
        {
            await from.CopyToAsync(to, _stop.Token);
            end();
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One side is gone: what the other has said goes on.
        }
    }
}
