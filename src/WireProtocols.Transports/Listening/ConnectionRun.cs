using System.Net.Security;
using System.Security.Authentication;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>The life of one accepted connection: the TLS handshake where there is one, the handler, and the end of the transport.</summary>
internal sealed class ConnectionRun(Func<IWireTransport, Task> handler, TransportListenerOptions options)
{
    /// <summary>What the connections are to be.</summary>
    public TransportListenerOptions Options => options;

    /// <summary>Runs it. It never throws.</summary>
    /// <param name="transport">The connection.</param>
    public async Task RunAsync(IWireTransport transport)
    {
        try
        {
            await (options.Tls is { } tls ? RunAsync(transport, tls) : handler(transport)).ConfigureAwait(false);
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

    private async Task RunAsync(IWireTransport transport, SslServerAuthenticationOptions tls)
    {
        if (await TryAuthenticateAsync(transport, tls).ConfigureAwait(false) is { } secure)
        {
            try
            {
                await handler(secure).ConfigureAwait(false);
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
