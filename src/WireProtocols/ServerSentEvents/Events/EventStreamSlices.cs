using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace WireProtocols.ServerSentEvents;

/// <summary>The values of a block's fields where they lie in the current source; a start of -1 is a field that has not come.</summary>
internal struct EventStreamSlices
{
    private int _dataStart;
    private int _dataEnd;
    private int _typeStart;
    private int _typeEnd;
    private int _idStart;
    private int _idEnd;

    public static EventStreamSlices None => new() { _dataStart = -1, _idStart = -1 };

    public readonly bool HasData => _dataStart >= 0;

    public readonly bool HasType => _typeEnd > 0;

    public readonly bool HasId => _idStart >= 0;

    public readonly ReadOnlySpan<byte> Data(ReadOnlySpan<byte> source) => source[_dataStart.._dataEnd];

    public readonly ReadOnlySpan<byte> Type(ReadOnlySpan<byte> source) => source[_typeStart.._typeEnd];

    public readonly ReadOnlySpan<byte> Id(ReadOnlySpan<byte> source) => source[_idStart.._idEnd];

    /// <summary>Takes a line that is a block's first <c>data:</c>, an <c>event:</c> or an <c>id:</c>.</summary>
    /// <param name="source">The source.</param>
    /// <param name="lineStart">Where the line starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="mayNeedRepair">Whether the line may hold something that is not UTF-8 and has to be replaced, which no slice can.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(ReadOnlySpan<byte> source, int lineStart, int end, bool mayNeedRepair)
    {
        if (source.Length - lineStart < EventStreamHead.Length || (mayNeedRepair && !Utf8.IsValid(source[lineStart..end])))
        {
            return false;
        }

        // No name holds a line end, so a head that matches lies within the line.
        ulong head = BinaryPrimitives.ReadUInt64LittleEndian(source[lineStart..]);
        if (EventStreamHead.IsData(head) && _dataStart < 0)
        {
            _dataStart = lineStart + EventStreamHead.DataStart(head);
            _dataEnd = end;
            return true;
        }

        if (EventStreamHead.IsEvent(head))
        {
            _typeStart = lineStart + EventStreamHead.EventStart(head);
            _typeEnd = end;
            return true;
        }

        int idStart = lineStart + EventStreamHead.IdStart(head);
        if (EventStreamHead.IsId(head) && !source[idStart..end].Contains((byte)0))
        {
            _idStart = idStart;
            _idEnd = end;
            return true;
        }

        return false;
    }
}
