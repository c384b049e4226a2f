using System.Net;
using WireProtocols.Buffers;
using WireProtocols.Transports;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Listens on loopback for the servers of <c>load</c>.</summary>
public static class LoadListener
{
    /// <summary>Begins to listen, and says where on the first line of the output.</summary>
    /// <param name="scheme">Of the URI: http or ws.</param>
    /// <param name="serve">Serves one connection.</param>
    /// <param name="useEventLoops">Whether on event loops, else on sockets.</param>
    public static IAsyncDisposable Start(string scheme, Func<IWireTransport, Task> serve, bool useEventLoops)
    {
        TransportListenerOptions options = new() { UseEventLoops = useEventLoops, HandlerFailed = e => Console.Error.WriteLine(e) };
        TransportListener listener = TransportListener.Start(new IPEndPoint(IPAddress.Loopback, 0), serve, options);
        Console.WriteLine($"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint).Port}/");
        return listener;
    }
}
