using System.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Inflates with the platform's zlib, for windows of 32 KiB only. zlib compares a distance with its window where the window is all that it has left,
/// and takes any distance within the output of one call: with a smaller window, what is refused would depend on how the input was split. With 32 KiB
/// no distance is too long, since DEFLATE has none longer, and what lies before the first byte is refused however the input is split.
/// </summary>
internal sealed class ZlibInflater : WebSocketInflater
{
    private readonly ZlibStream _stream = ZlibStream.OpenInflate(WebSocketDeflateParameters.MaxWindowBits);
    private bool _hasEnded;

    /// <summary>The tail, and a byte that a block which ends with the tail does not take in.</summary>
    private static ReadOnlySpan<byte> TailAndOneMore => [0x00, 0x00, 0xFF, 0xFF, 0xFF];

    /// <summary>
    /// Two empty blocks, one with fixed codes and one without compression, which ends at a whole byte. They are taken in without a byte of output
    /// where they begin at a whole byte, and nowhere else.
    /// </summary>
    private static ReadOnlySpan<byte> AlignedBlocks => [0x02, 0x00, 0x00, 0x00, 0xFF, 0xFF];

    /// <inheritdoc/>
    public override OperationStatus Inflate(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (true)
        {
            if (_hasEnded && consumed < source.Length)
            {
                Reset();
            }

            ZlibStream.ReturnCode code = _stream.Run(ZlibStream.Flush.Sync, source[consumed..], destination[written..], out int taken, out int given);
            consumed += taken;
            written += given;
            switch (code)
            {
                case ZlibStream.ReturnCode.StreamEnd:
                    // A block with BFINAL=1 ends a stream, not the message: "0x00" of an empty block, or other blocks, may follow
                    // (RFC 7692 §7.2.3.4).
                    _hasEnded = true;
                    break;
                case ZlibStream.ReturnCode.Ok:
                case ZlibStream.ReturnCode.BufferError:
                    break;
                default:
                    return OperationStatus.InvalidData;
            }

            if (written == destination.Length)
            {
                return OperationStatus.DestinationTooSmall;
            }

            if (consumed == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            if (code == ZlibStream.ReturnCode.BufferError || (taken == 0 && given == 0 && !_hasEnded))
            {
                return OperationStatus.InvalidData;
            }
        }
    }

    /// <inheritdoc/>
    public override bool TryFinish()
    {
        // Nothing was removed after BFINAL=1, so nothing is appended.
        if (_hasEnded)
        {
            return true;
        }

        // With Z_BLOCK, zlib stops where a block ends. At the end of a whole message that is behind the tail, and no byte has come out. Inside a
        // block that is cut off, it stops before, takes the byte behind the tail in too, or brings bytes out.
        Span<byte> nothing = stackalloc byte[1];
        ZlibStream.ReturnCode code = _stream.Run(ZlibStream.Flush.Block, TailAndOneMore, nothing, out int taken, out int given);
        if (code != ZlibStream.ReturnCode.Ok || taken != TailAndOneMore.Length - 1 || given != 0)
        {
            return false;
        }

        // Whether the block had BFINAL=1, zlib says at its next call only; and bits of the tail that a cut-off header has left over would be taken
        // for the beginning of the next message. Both are found out here, so that no message depends on the one before.
        code = _stream.Run(ZlibStream.Flush.Sync, AlignedBlocks, nothing, out taken, out given);
        _hasEnded = code == ZlibStream.ReturnCode.StreamEnd && taken == 0;
        return _hasEnded || (code == ZlibStream.ReturnCode.Ok && taken == AlignedBlocks.Length && given == 0);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _stream.Reset();
        _hasEnded = false;
    }

    /// <inheritdoc/>
    public override void BeginMessage()
    {
        if (_hasEnded)
        {
            Reset();
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();
}
