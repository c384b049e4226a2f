using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace WireProtocols.ServerSentEvents;

/// <content>The hot path: whole lines of one source, whose values stay slices of it.</content>
public sealed partial class EventStreamDecoder
{
    // The names with their colons as the low bytes of a little-endian integer.
    private const ulong DataColon = 0x3A_6174_6164;
    private const ulong EventColon = 0x3A74_6E65_7665;
    private const ulong IdColon = 0x3A_6469;
    private const ulong DataColonMask = 0xFF_FFFF_FFFF;
    private const ulong EventColonMask = 0xFFFF_FFFF_FFFF;
    private const ulong IdColonMask = 0xFF_FFFF;
    private const int HeadLength = sizeof(ulong);

    /// <summary>Decodes from the start of a line on. As long as the state is clean, the block's fields are slices; the first line that
    /// is anything else than a first <c>data:</c>, an <c>event:</c> or an <c>id:</c> moves them to scratch.</summary>
    private OperationStatus DecodeLines(ReadOnlySpan<byte> source, int lineStart, out int bytesConsumed, out EventStreamElement element)
    {
        LineBreaks breaks = new(source, lineStart);
        Slices slices = Slices.None;
        bool clean = _state == State.Clean;
        while (breaks.TryNext(out int end))
        {
            if (end < lineStart)
            {
                // The LF of a CRLF.
                continue;
            }

            int next = end + 1;
            if (source[end] == '\r')
            {
                next = PassLineFeed(source, next);
            }

            if (end == lineStart)
            {
                // "If the line is empty (a blank line): Dispatch the event".
                if (clean ? TryDispatch(source, slices, breaks.NonAscii, out element) : TryDispatchScratch(out element))
                {
                    bytesConsumed = next;
                    _position += next;
                    _blockStart = _position;
                    return OperationStatus.Done;
                }

                _blockStart = _position + next;
                slices = Slices.None;
                clean = true;
            }
            else if (!clean || end - lineStart > _shortLine || !TryTakeSlice(source, lineStart, end, ref slices))
            {
                MoveToScratch(source, slices);
                slices = Slices.None;
                switch (ProcessLine(source[lineStart..end], _position + lineStart, out element))
                {
                    case LineOutcome.Element:
                        bytesConsumed = next;
                        _position += next;
                        return OperationStatus.Done;
                    case LineOutcome.Failure:
                        bytesConsumed = 0;
                        return OperationStatus.InvalidData;
                    default:
                        clean = _state == State.Clean;
                        break;
                }
            }

            lineStart = next;
        }

        MoveToScratch(source, slices);
        return EndSource(source, lineStart, out bytesConsumed, out element);
    }

    /// <summary>The values of a block's fields in the current source; a start of -1 is a field that has not come.</summary>
    private struct Slices
    {
        public int DataStart;
        public int DataEnd;
        public int TypeStart;
        public int TypeEnd;
        public int IdStart;
        public int IdEnd;

        public static Slices None => new() { DataStart = -1, IdStart = -1 };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeSlice(ReadOnlySpan<byte> source, int lineStart, int end, ref Slices slices)
    {
        if (source.Length - lineStart < HeadLength)
        {
            return false;
        }

        // No name holds a line end, so a head that matches lies within the line.
        ulong head = BinaryPrimitives.ReadUInt64LittleEndian(source[lineStart..]);
        if ((head & DataColonMask) == DataColon && slices.DataStart < 0)
        {
            slices.DataStart = lineStart + 5 + ((byte)(head >> 40) == ' ' ? 1 : 0);
            slices.DataEnd = end;
            return true;
        }

        if ((head & EventColonMask) == EventColon)
        {
            slices.TypeStart = lineStart + 6 + ((byte)(head >> 48) == ' ' ? 1 : 0);
            slices.TypeEnd = end;
            return true;
        }

        int idStart = lineStart + 3 + ((byte)(head >> 24) == ' ' ? 1 : 0);
        if ((head & IdColonMask) == IdColon && !source[idStart..end].Contains((byte)0))
        {
            slices.IdStart = idStart;
            slices.IdEnd = end;
            return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryDispatch(ReadOnlySpan<byte> source, Slices slices, ulong nonAscii, out EventStreamElement element)
    {
        if (slices.IdStart >= 0)
        {
            CommitId(source[slices.IdStart..slices.IdEnd], nonAscii != 0);
        }

        if (slices.DataStart < 0)
        {
            element = default;
            return false;
        }

        ReadOnlySpan<byte> data = source[slices.DataStart..slices.DataEnd];
        ReadOnlySpan<byte> type = source[slices.TypeStart..slices.TypeEnd];
        if (nonAscii != 0)
        {
            data = Repair(data, ref _repairedData);
            type = Repair(type, ref _repairedType);
        }

        ElementOffset = _blockStart;
        element = new EventStreamElement(this, data, type);
        return true;
    }

    /// <summary>Steps over the LF of a CRLF, or remembers that one may follow in the next source.</summary>
    private int PassLineFeed(ReadOnlySpan<byte> source, int next)
    {
        if (next == source.Length)
        {
            _state |= State.AfterCarriageReturn;
            return next;
        }

        return source[next] == '\n' ? next + 1 : next;
    }

    /// <summary>Keeps what the source has brought of a block that goes on behind it.</summary>
    private void MoveToScratch(ReadOnlySpan<byte> source, Slices slices)
    {
        if (slices.DataStart >= 0)
        {
            Debug.Assert((_state & State.HasData) == 0);
            AppendData(source[slices.DataStart..slices.DataEnd]);
        }

        if (slices.TypeEnd > 0)
        {
            SetType(source[slices.TypeStart..slices.TypeEnd]);
        }

        if (slices.IdStart >= 0)
        {
            SetId(source[slices.IdStart..slices.IdEnd]);
        }
    }
}
