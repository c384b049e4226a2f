using System.Numerics;
using System.Runtime.InteropServices;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// The shape that nearly every comment has: short, ASCII, ended by a line feed, and far enough from the end of the source. Whatever else there is,
/// the answer is no, and the decoder goes through its lines.
/// </summary>
internal static class EventStreamSimpleComment
{
    /// <param name="source">The bytes from the beginning of a line on, where no block is under way.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="length">The length of the line, its end included.</param>
    /// <param name="text">The text of the comment.</param>
    public static bool TryTake(ReadOnlySpan<byte> source, EventStreamLimits limits, out int length, out ReadOnlySpan<byte> text)
    {
        length = 0;
        text = default;
        if (source.Length < LineBlock.Size || source[0] != ':')
        {
            return false;
        }

        // In bounds: the source has a block.
        ulong ends = LineBlock.Of<CarriageReturnOrLineFeed>(ref MemoryMarshal.GetReference(source), out ulong nonAscii);
        int end = BitOperations.TrailingZeroCount(ends);
        if (ends == 0 || source[end] != '\n' || end > limits.ShortLine || (nonAscii << (LineBlock.Size - end)) != 0)
        {
            return false;
        }

        int start = source[1] == ' ' ? 2 : 1;
        text = source[start..end];
        length = end + 1;
        return true;
    }
}
