using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace WireProtocols.MsQuic;

/// <summary>Waits for QUIC connections on a UDP port and makes a carrier of each.</summary>
public sealed class MsQuicListener : IAsyncDisposable
{
    private readonly Channel<MsQuicCarrier> _carriers = Channel.CreateUnbounded<MsQuicCarrier>();
    private readonly MsQuicOptions _options;
    private readonly Configuration _configuration;
    private readonly ListenerHandle _handle;
    private int _waiting;
    private int _isDisposed;

    private MsQuicListener(IPEndPoint endPoint, Configuration configuration, MsQuicOptions options)
    {
        _options = options;
        _configuration = configuration;
        _handle = new ListenerHandle(endPoint, configuration, Take);
    }

    /// <summary>The most connections that are in their handshake or wait to be accepted; others are refused.</summary>
    internal int MaxWaiting { get; set; } = 1024;

    /// <summary>Where it listens; the port is the one that was picked, where none was asked for.</summary>
    public IPEndPoint LocalEndPoint => _handle.LocalEndPoint;

    /// <summary>Listens.</summary>
    /// <param name="endPoint">The address and the UDP port; 0 for a free one.</param>
    /// <param name="certificate">The server's, with its private key; from PEM or PKCS#12 files by what .NET has for that. A browser takes it by its
    /// hash where its key is ECDSA P-256 and it is valid for at most 14 days.</param>
    /// <param name="options">Limits; the defaults where null.</param>
    /// <param name="intermediates">What stands between it and the root, or null.</param>
    /// <exception cref="PlatformNotSupportedException">There is no msquic here (<see cref="MsQuicLibrary"/>).</exception>
    /// <exception cref="MsQuicException">The address cannot be listened on, or the certificate is not taken.</exception>
    public static MsQuicListener Listen(
        IPEndPoint endPoint, X509Certificate2 certificate, MsQuicOptions? options = null, X509Certificate2Collection? intermediates = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(certificate);
        MsQuicApi.Get();
        options ??= new MsQuicOptions();
        Configuration configuration = Configuration.ForServer(options, certificate, intermediates);
        try
        {
            return new MsQuicListener(endPoint, configuration, options);
        }
        catch
        {
            configuration.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the next connection whose handshake is done.</summary>
    /// <exception cref="ChannelClosedException">The listener has been disposed of.</exception>
    public async ValueTask<MsQuicCarrier> AcceptAsync(CancellationToken cancellationToken = default)
    {
        MsQuicCarrier carrier = await _carriers.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        Interlocked.Decrement(ref _waiting);
        return carrier;
    }

    /// <summary>Takes no new connections, and closes those that nobody has accepted. Those that were accepted go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // Closing waits for callbacks, which may be at work.
        await Task.Run(_handle.Close).ConfigureAwait(false);
        _carriers.Writer.TryComplete();
        while (_carriers.Reader.TryRead(out MsQuicCarrier? carrier))
        {
            Interlocked.Decrement(ref _waiting);
            await carrier.DisposeAsync().ConfigureAwait(false);
        }

        _configuration.Dispose();
    }

    private uint Take(nint connection)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return Status.ConnectionRefused;
        }

        bool isTaken = false;
        try
        {
            MsQuicCarrier carrier = MsQuicCarrier.Accept(_configuration, _options.Carrier, connection, out uint status);
            if (!Status.HasFailed(status))
            {
                isTaken = true;
                _ = OfferAsync(carrier);
            }

            return status;
        }
        finally
        {
            if (!isTaken)
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Offers a connection once its handshake is done.</summary>
    private async Task OfferAsync(MsQuicCarrier carrier)
    {
        try
        {
            await carrier.Ready.ConfigureAwait(false);
            if (_carriers.Writer.TryWrite(carrier))
            {
                return;
            }

            await carrier.DisposeAsync().ConfigureAwait(false);
        }
        catch (MsQuicException)
        {
            // It came to nothing.
        }

        Interlocked.Decrement(ref _waiting);
    }
}
