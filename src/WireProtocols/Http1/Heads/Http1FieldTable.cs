using System.Text;

namespace WireProtocols.Http1;

/// <summary>The bytes of a head and where its field lines stand in them: what every view of the fields looks things up in.</summary>
internal readonly ref struct Http1FieldTable(ReadOnlySpan<byte> head, ReadOnlySpan<Http1FieldSlot> slots)
{
    private readonly ReadOnlySpan<byte> _head = head;
    private readonly ReadOnlySpan<Http1FieldSlot> _slots = slots;

    public int Count => _slots.Length;

    public ReadOnlySpan<byte> GetName(int index) => _head.Slice(_slots[index].NameStart, _slots[index].NameLength);

    public ReadOnlySpan<byte> GetValue(int index) => _head.Slice(_slots[index].ValueStart, _slots[index].ValueLength);

    /// <summary>The index of the first field line of this name at or after <paramref name="start"/>, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, int start)
    {
        for (int index = start; index < _slots.Length; index++)
        {
            if (_slots[index].NameLength == name.Length && Ascii.EqualsIgnoreCase(GetName(index), name))
            {
                return index;
            }
        }

        return -1;
    }
}
