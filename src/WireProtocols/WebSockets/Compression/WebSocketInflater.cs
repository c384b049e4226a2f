using System.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>Inflates the messages of one direction (RFC 7692 §7.2.2), from span to span.</summary>
internal sealed unsafe class WebSocketInflater : ZlibStream
{
    private readonly int _windowBits;
    private bool _ended;

    /// <param name="windowBits">The size of the LZ77 window that the sender keeps to, as its logarithm: 8 to 15.</param>
    public WebSocketInflater(int windowBits)
    {
        // Raw DEFLATE is asked for with a negative size.
        _windowBits = -windowBits;
        ThrowIfFailed(InflateInit(Native, _windowBits));
    }

    /// <summary>The tail that a sender removes: "append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload" (§7.2.2).</summary>
    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Inflates payload.</summary>
    /// <returns><see cref="OperationStatus.NeedMoreData"/> when the source is used up, <see cref="OperationStatus.DestinationTooSmall"/> when the
    /// destination is full, <see cref="OperationStatus.InvalidData"/> when the source is no DEFLATE.</returns>
    public OperationStatus Inflate(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (true)
        {
            if (_ended && consumed < source.Length)
            {
                Reset();
            }

            ReturnCode code = Run(&Inflate, Flush.Sync, source[consumed..], destination[written..], out int taken, out int given);
            consumed += taken;
            written += given;
            switch (code)
            {
                case ReturnCode.StreamEnd:
                    // A block with BFINAL=1 ends a stream, not the message: "0x00" of an empty block, or other blocks, may follow (§7.2.3.4).
                    _ended = true;
                    break;
                case ReturnCode.Ok:
                case ReturnCode.BufferError:
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

            if (code == ReturnCode.BufferError || (taken == 0 && given == 0 && !_ended))
            {
                return OperationStatus.InvalidData;
            }
        }
    }

    /// <summary>Appends the tail at the end of a message, when all of its payload is inflated.</summary>
    /// <returns>False for a message that is cut off: the tail does not end a block there.</returns>
    public bool TryFinish()
    {
        // Nothing was removed after BFINAL=1, so nothing is appended.
        if (_ended)
        {
            return true;
        }

        // The tail completes an empty block: it is all taken in, gives no byte, and Z_BLOCK stops behind it. Inside a block that is cut off, the
        // byte behind it is taken in too, or bytes come out.
        Span<byte> nothing = stackalloc byte[1];
        ReadOnlySpan<byte> probe = [.. Tail, 0xFF];
        ReturnCode code = Run(&Inflate, Flush.Block, probe, nothing, out int taken, out int given);
        return code == ReturnCode.Ok && taken == Tail.Length && given == 0;
    }

    /// <summary>Forgets the window, as between messages without context takeover.</summary>
    public void Reset()
    {
        ThrowIfFailed(InflateReset(Native, _windowBits));
        _ended = false;
    }

    /// <summary>Says that another message begins on the same window.</summary>
    public void BeginMessage()
    {
        if (_ended)
        {
            Reset();
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = InflateEnd(Native);
        Free();
        return true;
    }
}
