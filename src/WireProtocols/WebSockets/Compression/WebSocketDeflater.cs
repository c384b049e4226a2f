using System.Diagnostics;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>Deflates the messages of one direction (RFC 7692 §7.2.1) into pooled scratch.</summary>
internal sealed unsafe class WebSocketDeflater : ZlibStream
{
    private const int Deflated = 8;
    private const int MemoryLevel = 8;
    private const int TailLength = 4;
    private const int MinDestination = 512;

    /// <param name="windowBits">The size of the LZ77 window to keep to, as its logarithm: 9 to 15; zlib has no deflater for 8.</param>
    /// <param name="level">zlib's level, 1 (fastest) to 9 (smallest).</param>
    public WebSocketDeflater(int windowBits, int level)
    {
        Debug.Assert(windowBits is >= 9 and <= 15);
        ThrowIfFailed(DeflateInit(Native, level, Deflated, -windowBits, MemoryLevel, strategy: 0));
    }

    /// <summary>Deflates a piece of a message to the end of <paramref name="destination"/>, so that the peer can inflate all of it.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="endOfMessage">Whether it is the last one: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end" (§7.2.1).</param>
    /// <param name="keepContext">Whether the next message may refer to this one.</param>
    /// <param name="destination">Gets the payload, which is never empty.</param>
    public void Deflate(ReadOnlySpan<byte> piece, bool endOfMessage, bool keepContext, ref PooledBuffer destination)
    {
        // This runs for an empty piece too: zlib answers the same flush twice in a row with nothing.
        Run(piece, Flush.None, ref destination);

        // A full flush also forgets the window: what a reset would do, which the platform does not export.
        Run([], endOfMessage && !keepContext ? Flush.Full : Flush.Sync, ref destination);
        Debug.Assert(destination.Written.EndsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0xFF, 0xFF]));
        if (endOfMessage)
        {
            destination.Truncate(destination.Length - TailLength);
        }
    }

    /// <summary>Forgets the window between two messages. What zlib says to that is an empty block, of which the peer need not know.</summary>
    public void Forget()
    {
        PooledBuffer nothing = default;
        Run([], Flush.None, ref nothing);
        Run([], Flush.Full, ref nothing);
        nothing.Release();
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = DeflateEnd(Native);
        Free();
        return true;
    }

    private void Run(ReadOnlySpan<byte> source, Flush flush, ref PooledBuffer destination)
    {
        while (true)
        {
            int before = destination.Length;
            int room = Math.Max(MinDestination, source.Length / 2);
            ReturnCode code = Run(&Deflate, flush, source, destination.Reserve(room), out int consumed, out int written);
            destination.Truncate(before + written);
            source = source[consumed..];
            Debug.Assert(code is ReturnCode.Ok or ReturnCode.BufferError);
            if (written < room && source.IsEmpty)
            {
                return;
            }
        }
    }
}
