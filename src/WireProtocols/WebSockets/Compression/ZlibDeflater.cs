using System.Diagnostics;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>Deflates with the platform's zlib.</summary>
/// <param name="windowBits">The size of the LZ77 window to keep to, as its logarithm: 9 to 15; zlib has no deflater for 8.</param>
/// <param name="level">zlib's level, 1 (fastest) to 9 (smallest).</param>
internal sealed class ZlibDeflater(int windowBits, int level) : WebSocketDeflater
{
    private const int MinDestination = 512;

    private readonly ZlibStream _stream = ZlibStream.OpenDeflate(windowBits, level);

    /// <inheritdoc/>
    public override void Forget()
    {
        // What zlib says to that is an empty block, of which the peer need not know.
        PooledBuffer nothing = default;
        DeflateAndFlush([], forgets: true, ref nothing);
        nothing.Release();
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    /// <inheritdoc/>
    protected override void DeflateAndFlush(ReadOnlySpan<byte> piece, bool forgets, ref PooledBuffer destination)
    {
        // This runs for an empty piece too: zlib answers the same flush twice in a row with nothing.
        Run(piece, ZlibStream.Flush.None, ref destination);

        // A full flush also forgets the window: what a reset would do, which the platform does not export.
        Run([], forgets ? ZlibStream.Flush.Full : ZlibStream.Flush.Sync, ref destination);
    }

    private void Run(ReadOnlySpan<byte> source, ZlibStream.Flush flush, ref PooledBuffer destination)
    {
        while (true)
        {
            int before = destination.Length;
            int room = Math.Max(MinDestination, source.Length / 2);
            ZlibStream.ReturnCode code = _stream.Run(flush, source, destination.Reserve(room), out int consumed, out int written);
            destination.Truncate(before + written);
            source = source[consumed..];
            Debug.Assert(code is ZlibStream.ReturnCode.Ok or ZlibStream.ReturnCode.BufferError);
            if (written < room && source.IsEmpty)
            {
                return;
            }
        }
    }
}
