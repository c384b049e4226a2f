using System.Diagnostics;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>Deflates the messages of one direction (RFC 7692 §7.2.1) into pooled memory.</summary>
internal abstract class WebSocketDeflater : IDisposable
{
    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Deflates a piece of a message to the end of <paramref name="destination"/>, so that the peer can inflate all of it.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="endOfMessage">Whether it is the last one: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end"
    /// (RFC 7692 §7.2.1).</param>
    /// <param name="keepContext">Whether the next message may refer to this one.</param>
    /// <param name="destination">Gets the payload, which is never empty.</param>
    public void Deflate(ReadOnlySpan<byte> piece, bool endOfMessage, bool keepContext, ref PooledBuffer destination)
    {
        DeflateAndFlush(piece, forgets: endOfMessage && !keepContext, ref destination);
        Debug.Assert(destination.Written.EndsWith(Tail));
        if (endOfMessage)
        {
            destination.Truncate(destination.Length - Tail.Length);
        }
    }

    /// <summary>Forgets the window between two messages.</summary>
    public abstract void Forget();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Deflates to the end of <paramref name="destination"/>, down to an empty block without compression, also for an empty piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="forgets">Whether what follows must not refer to it.</param>
    /// <param name="destination">Gets the blocks.</param>
    protected abstract void DeflateAndFlush(ReadOnlySpan<byte> piece, bool forgets, ref PooledBuffer destination);
}
