using System.Text;

namespace WireProtocols.Http1;

/// <summary>
/// The field lines of a head in the order they were sent. Names are compared without regard to ASCII case. The spans point into the head and
/// live as long as it.
/// </summary>
public readonly ref struct Http1Fields
{
    private readonly Http1FieldTable _table;

    internal Http1Fields(ReadOnlySpan<byte> head, ReadOnlySpan<Http1FieldSlot> slots) => _table = new Http1FieldTable(head, slots);

    /// <summary>How many field lines there are.</summary>
    public int Count => _table.Count;

    /// <summary>The field line at <paramref name="index"/>, from 0.</summary>
    public Http1Field this[int index] => new(_table.GetName(index), _table.GetValue(index));

    /// <summary>True when a field line has this name.</summary>
    public bool Contains(ReadOnlySpan<byte> name) => _table.IndexOf(name, 0) >= 0;

    /// <summary>How many field lines have this name.</summary>
    public int CountOf(ReadOnlySpan<byte> name)
    {
        int count = 0;
        for (int index = _table.IndexOf(name, 0); index >= 0; index = _table.IndexOf(name, index + 1))
        {
            count++;
        }

        return count;
    }

    /// <summary>The value of the first field line of this name.</summary>
    /// <returns>False, and an empty value, when there is none.</returns>
    public bool TryGetValue(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int index = _table.IndexOf(name, 0);
        value = index < 0 ? default : _table.GetValue(index);
        return index >= 0;
    }

    /// <summary>The values of all field lines of this name, in order.</summary>
    public Http1FieldValues GetValues(ReadOnlySpan<byte> name) => new(_table, name);

    /// <summary>
    /// The elements of a list-based field (RFC 9110 §5.6.1) over all its field lines, in order: separated by commas, without the white space
    /// around them, empty ones left out; a comma inside a quoted-string does not separate.
    /// </summary>
    public Http1FieldElements GetElements(ReadOnlySpan<byte> name) => new(_table, name);

    /// <summary>True when the list-based field holds this element, compared without regard to ASCII case.</summary>
    public bool ContainsElement(ReadOnlySpan<byte> name, ReadOnlySpan<byte> element)
    {
        foreach (ReadOnlySpan<byte> other in GetElements(name))
        {
            if (Ascii.EqualsIgnoreCase(other, element))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Enumerates the field lines in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes over the field lines in order.</summary>
    public ref struct Enumerator
    {
        private readonly Http1Fields _fields;
        private int _index;

        internal Enumerator(Http1Fields fields)
        {
            _fields = fields;
            _index = -1;
        }

        /// <summary>The current field line.</summary>
        public readonly Http1Field Current => _fields[_index];

        /// <summary>Goes to the next field line.</summary>
        public bool MoveNext() => ++_index < _fields.Count;
    }
}
