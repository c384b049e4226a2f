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
    /// How many bytes may wait for the peer to read before a flush waits for it; 0, so that a flush ends when all has gone to the socket. More lets
    /// an echo go on while its peer is still busy sending. Only a socket without TLS can have more.
    /// </summary>
    /// <exception cref="InvalidOperationException">The transport is a stream, and more is set.</exception>
    long MaxPending { get; set; }

    /// <summary>
    /// Drops the transport at once: the peer notices, and whoever waits in a read or write comes back. Memory that has been read stays valid until
    /// <see cref="IDuplexPipe.Input"/> is completed. It never throws, and may be called at any time, from any thread, several times.
    /// </summary>
    void Abort();
}
