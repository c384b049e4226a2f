using System.IO.Pipelines;

namespace WireProtocols.Buffers;

/// <summary>
/// A duplex pipe that knows more of its ends than two pipes do. An endpoint that ends a transport looks whether it is one of these; a transport of
/// your own may be one too.
/// </summary>
public interface IWireTransport : IDuplexPipe, IAsyncDisposable
{
    /// <summary>True where the peer can go on sending when <see cref="IDuplexPipe.Output"/> is complete.</summary>
    bool CanHalfClose { get; }

    /// <summary>Counts the writes that have begun: while a flush is under way and this grows, the peer reads.</summary>
    long WritesBegun { get; }

    /// <summary>
    /// Drops the transport at once: the peer notices, and whoever waits in a read or write comes back. Memory that has been read stays valid until
    /// <see cref="IDuplexPipe.Input"/> is completed. It never throws, and may be called at any time, from any thread, several times.
    /// </summary>
    void Abort();
}
