using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.MsQuic;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>WebTransport to browsers, by msquic in this process: echoes what comes.</summary>
internal sealed class QuicServer : IAsyncDisposable
{
    private readonly MsQuicListener _listener;
    private readonly WireTaps _taps;
    private readonly TextWriter _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;

    private QuicServer(MsQuicListener listener, X509Certificate2 certificate, WireTaps taps, TextWriter log)
    {
        _listener = listener;
        _taps = taps;
        _log = TextWriter.Synchronized(log);
        CertificateHash = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        _accepting = AcceptAsync();
    }

    /// <summary>For instance <c>https://127.0.0.1:4433/</c>.</summary>
    public string Url => $"https://{_listener.LocalEndPoint}/";

    /// <summary>The SHA-256 of the certificate in hexadecimal, for <c>serverCertificateHashes</c>.</summary>
    public string CertificateHash { get; }

    /// <exception cref="ToolException">There is no msquic, or it does not take the certificate or the port.</exception>
    public static QuicServer Start(IPEndPoint endPoint, string? certificateFile, string? keyFile, WireTaps taps, TextWriter log)
    {
        if (MsQuicLibrary.Missing is { } missing)
        {
            throw ToolException.Usage($"--webtransport-quic needs libmsquic. {missing}");
        }

        X509Certificate2Collection certificates = ServerCertificate.Get(certificateFile, keyFile);
        X509Certificate2 certificate = certificates[0];
        certificates.RemoveAt(0);
        try
        {
            MsQuicOptions options = new()
            {
                MaxBidirectionalStreams = 1000,
                MaxUnidirectionalStreams = 1000,
                KeepAlive = TimeSpan.FromSeconds(10),
            };
            return new QuicServer(MsQuicListener.Listen(endPoint, certificate, options, certificates), certificate, taps, log);
        }
        catch (MsQuicException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }
    }

    /// <summary>Takes no new connections and closes the sessions there are.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        await _listener.DisposeAsync();
        await Task.WhenAll(_connections.Keys);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Task running = RunAsync(await _listener.AcceptAsync(_stopping.Token));
                _connections[running] = true;
                _ = running.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            // Told to stop.
        }
    }

    private async Task RunAsync(MsQuicCarrier carrier)
    {
        await using (carrier)
        {
            await WebTransportHost.RunAsync(carrier, _taps, _log, _stopping.Token);
        }
    }
}
