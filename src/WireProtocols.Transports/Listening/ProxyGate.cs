using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Transports;

/// <summary>Takes the header off a connection before anybody else sees it.</summary>
internal sealed class ProxyGate(ProxyListenerOptions options, TimeProvider time)
{
    /// <summary>Lets a connection in.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="socketEndPoint">The other end of its socket.</param>
    /// <returns>Null where it is refused; it is reset then, "as soon as possible so that the sender gets a chance to notice the anomaly"
    /// (proxy-protocol §2.1).</returns>
    public async ValueTask<TransportPeer?> AdmitAsync(IWireTransport transport, EndPoint? socketEndPoint)
    {
        Exception refusal;
        if (options.Trusts(socketEndPoint))
        {
            try
            {
                if (await ReadAsync(transport).ConfigureAwait(false) is { } header)
                {
                    return new TransportPeer(socketEndPoint, header);
                }

                // Somebody looked whether there is a server, and left.
                transport.Abort();
                return null;
            }
            catch (Exception exception) when (exception is ProxyProtocolException or TimeoutException)
            {
                refusal = exception;
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                transport.Abort();
                return null;
            }
        }
        else if (options.Untrusted == UntrustedPolicy.ServeWithout)
        {
            return new TransportPeer(socketEndPoint, null);
        }
        else
        {
            refusal = new UnauthorizedAccessException("The peer is not among those that are trusted to name their clients.");
        }

        transport.Abort();
        Report(socketEndPoint, refusal);
        return null;
    }

    private async ValueTask<OwnedProxyHeader?> ReadAsync(IWireTransport transport)
    {
        using CancellationTokenSource timeout = new(options.Timeout, time);
        using ProxyHeaderReader reader = new(transport.Input, options.Header);
        try
        {
            return await reader.ReadAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException("The header of the PROXY protocol did not come in time.");
        }
    }

    /// <summary>What the listener to it throws is the listener's: a loop must not end by it.</summary>
    private void Report(EndPoint? socketEndPoint, Exception refusal)
    {
        try
        {
            options.Refused?.Invoke(socketEndPoint, refusal);
        }
        catch (Exception)
        {
            // There is nobody else to be told.
        }
    }
}
