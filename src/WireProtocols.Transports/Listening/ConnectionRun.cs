using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>The life of one accepted connection: the header of a proxy and the TLS handshake where there are such, the handler, and the end of the
/// transport.</summary>
/// <param name="handler">Serves it. Its peer is null unless <paramref name="needsPeer"/>.</param>
/// <param name="needsPeer">Whether the handler wants to know who the peer is.</param>
/// <param name="options">What the connections are to be.</param>
internal sealed class ConnectionRun(Func<IWireTransport, TransportPeer?, Task> handler, bool needsPeer, TransportListenerOptions options)
{
    private readonly ProxyGate? _gate = options.ProxyProtocol is { } proxy ? new ProxyGate(proxy, options.TimeProvider) : null;

    /// <summary>Whether the address of the peer is asked for, which is a system call.</summary>
    public bool NeedsPeer => needsPeer || _gate is not null;

    /// <summary>What the connections are to be.</summary>
    public TransportListenerOptions Options => options;

    /// <summary>Runs it. It never throws.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="socketEndPoint">The other end of its socket; null where that is unknown, or <see cref="NeedsPeer"/> is not.</param>
    public async Task RunAsync(IWireTransport transport, EndPoint? socketEndPoint)
    {
        try
        {
            await (_gate is not null ? AdmitAsync(transport, socketEndPoint, _gate)
                : ServeAsync(transport, needsPeer ? new TransportPeer(socketEndPoint, null) : null)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            transport.Abort();
            Report(exception);
        }

        await EndAsync(transport).ConfigureAwait(false);
    }

    /// <summary>Tells what went wrong. What the listener to it throws is the listener's: a loop must not end by it.</summary>
    public void Report(Exception exception)
    {
        try
        {
            options.HandlerFailed?.Invoke(exception);
        }
        catch (Exception)
        {
            // There is nobody else to be told.
        }
    }

    private async Task AdmitAsync(IWireTransport transport, EndPoint? socketEndPoint, ProxyGate gate)
    {
        if (await gate.AdmitAsync(transport, socketEndPoint).ConfigureAwait(false) is { } peer)
        {
            await ServeAsync(transport, peer).ConfigureAwait(false);
        }
    }

    private Task ServeAsync(IWireTransport transport, TransportPeer? peer)
        => options.Tls is { } tls ? RunAsync(transport, peer, tls) : handler(transport, peer);

    /// <summary>Sends what is left, as long as that may take.</summary>
    private async Task EndAsync(IWireTransport transport)
    {
        Task ending = transport.DisposeAsync().AsTask();
        try
        {
            await ending.WaitAsync(options.CloseTimeout, options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            transport.Abort();
            await ending.ConfigureAwait(false);
        }
    }

    private async Task RunAsync(IWireTransport transport, TransportPeer? peer, SslServerAuthenticationOptions tls)
    {
        if (await TryAuthenticateAsync(transport, tls).ConfigureAwait(false) is { } secure)
        {
            try
            {
                await handler(secure, peer).ConfigureAwait(false);
            }
            catch (Exception)
            {
                secure.Abort();
                throw;
            }
            finally
            {
                await EndAsync(secure).ConfigureAwait(false);
            }
        }
    }

    private async Task<IWireTransport?> TryAuthenticateAsync(IWireTransport transport, SslServerAuthenticationOptions tls)
    {
        SslStream session = new(new TransportStream(transport));
        using CancellationTokenSource timeout = new(options.TlsTimeout, options.TimeProvider);
        try
        {
            await session.AuthenticateAsServerAsync(tls, timeout.Token).ConfigureAwait(false);
            return new SocketTransport(session, transport);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException)
        {
            // The peer wants something else, is too slow, or is gone.
            await session.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }
}
