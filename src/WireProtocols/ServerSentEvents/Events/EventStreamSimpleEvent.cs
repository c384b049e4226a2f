using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// The shape that nearly every event has: <c>event: …</c> (or not), <c>data: …</c> and a blank line, ended by line feeds and far enough from the end
/// of the source. It is decoded in straight-line code; whatever else there is, the answer is no, and the decoder goes through its lines.
/// </summary>
internal static class EventStreamSimpleEvent
{
    private const ushort TwoLineFeeds = 0x0A0A;

    /// <param name="source">The bytes from the first one of a block on.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="length">The length of the block.</param>
    /// <param name="data">The event's data.</param>
    /// <param name="type">The event's type, or nothing.</param>
    public static bool TryTake(
        ReadOnlySpan<byte> source, EventStreamLimits limits, out int length, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type)
    {
        Unsafe.SkipInit(out length);
        Unsafe.SkipInit(out data);
        Unsafe.SkipInit(out type);

        // In bounds, for every read below: a block lies within the source, and a head within the first block or the eight bytes behind it.
        if (source.Length < LineBlock.Size + EventStreamHead.Length)
        {
            return false;
        }

        ref byte origin = ref MemoryMarshal.GetReference(source);
        ulong head = ReadHead(ref origin, 0);
        ulong ends = LineBlock.Of<CarriageReturnOrLineFeed>(ref origin, out ulong nonAscii);
        int typeStart = 0;
        int lineStart = 0;
        if (EventStreamHead.IsEvent(head))
        {
            lineStart = BitOperations.TrailingZeroCount(ends) + 1;
            if (ends == 0 || Unsafe.Add(ref origin, lineStart - 1) != '\n' || lineStart > limits.ShortLine)
            {
                return false;
            }

            typeStart = EventStreamHead.EventStart(head);
            ends &= ends - 1;
            head = ReadHead(ref origin, lineStart);
        }

        if (!EventStreamHead.IsData(head))
        {
            return false;
        }

        int block = 0;
        while (ends == 0)
        {
            block += LineBlock.Size;
            if (source.Length - block < LineBlock.Size)
            {
                return false;
            }

            ends = LineBlock.Of<CarriageReturnOrLineFeed>(ref Unsafe.Add(ref origin, block), out ulong high);
            nonAscii |= high;
        }

        int end = block + BitOperations.TrailingZeroCount(ends);
        if (end - lineStart > limits.ShortLine || end + 1 >= source.Length
            || Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, end)) != TwoLineFeeds)
        {
            return false;
        }

        // In bounds: the data lie between the head of their line and its end, the type between its head and the line before.
        int dataStart = lineStart + EventStreamHead.DataStart(head);
        data = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref origin, dataStart), end - dataStart);
        type = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref origin, typeStart), Math.Max(0, lineStart - 1 - typeStart));
        length = end + 2;
        return nonAscii == 0 || !limits.Repairs || (Utf8.IsValid(data) && Utf8.IsValid(type));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadHead(ref byte origin, int index)
    {
        // In bounds: eight bytes from an index within the first block; the source is a block and eight bytes long.
        ulong head = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, index));
        return BitConverter.IsLittleEndian ? head : BinaryPrimitives.ReverseEndianness(head);
    }
}
