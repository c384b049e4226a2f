using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.ServerSentEvents;

/// <content>The shape that nearly every event has.</content>
public sealed partial class EventStreamDecoder
{
    private const ushort TwoLineFeeds = 0x0A0A;

    /// <summary>
    /// Decodes <c>event: …</c> (or not), <c>data: …</c> and a blank line, ended by line feeds and far enough from the end of the source,
    /// in straight-line code. Whatever else there is, this changes nothing and <see cref="DecodeLines"/> decodes it from the same place.
    /// </summary>
    private bool TryDecodeSimple(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
    {
        Unsafe.SkipInit(out bytesConsumed);
        Unsafe.SkipInit(out element);

        // Every read below is in bounds: a block lies within the source, and a head within the first block or the eight bytes behind it.
        if (source.Length < LineBreaks.BlockSize + HeadLength)
        {
            return false;
        }

        ref byte origin = ref MemoryMarshal.GetReference(source);
        ulong head = ReadHead(ref origin, 0);
        ulong breaks = LineBreaks.OfBlock(ref origin, out ulong nonAscii);
        int typeStart = 0;
        int lineStart = 0;
        if ((head & EventColonMask) == EventColon)
        {
            lineStart = BitOperations.TrailingZeroCount(breaks) + 1;
            if (breaks == 0 || Unsafe.Add(ref origin, lineStart - 1) != '\n' || lineStart > _shortLine)
            {
                return false;
            }

            typeStart = (byte)(head >> 48) == ' ' ? 7 : 6;
            breaks &= breaks - 1;
            head = ReadHead(ref origin, lineStart);
        }

        if ((head & DataColonMask) != DataColon)
        {
            return false;
        }

        int block = 0;
        while (breaks == 0)
        {
            block += LineBreaks.BlockSize;
            if (source.Length - block < LineBreaks.BlockSize)
            {
                return false;
            }

            breaks = LineBreaks.OfBlock(ref Unsafe.Add(ref origin, block), out ulong high);
            nonAscii |= high;
        }

        int end = block + BitOperations.TrailingZeroCount(breaks);
        if (end - lineStart > _shortLine || end + 1 >= source.Length
            || Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, end)) != TwoLineFeeds)
        {
            return false;
        }

        int dataStart = lineStart + 5 + ((byte)(head >> 40) == ' ' ? 1 : 0);
        ReadOnlySpan<byte> data = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref origin, dataStart), end - dataStart);
        ReadOnlySpan<byte> type = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref origin, typeStart), Math.Max(0, lineStart - 1 - typeStart));
        if (nonAscii != 0)
        {
            data = Repair(data, ref _repairedData);
            type = Repair(type, ref _repairedType);
        }

        ElementOffset = _blockStart;
        _position += end + 2;
        _blockStart = _position;
        bytesConsumed = end + 2;
        element = new EventStreamElement(this, data, type);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadHead(ref byte origin, int index)
    {
        ulong head = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, index));
        return BitConverter.IsLittleEndian ? head : BinaryPrimitives.ReverseEndianness(head);
    }
}
