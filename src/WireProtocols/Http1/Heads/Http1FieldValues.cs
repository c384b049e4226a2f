namespace WireProtocols.Http1;

/// <summary>The values of the field lines of one name, in order. Enumerable and its own enumerator.</summary>
public ref struct Http1FieldValues
{
    private readonly Http1FieldTable _fields;
    private readonly ReadOnlySpan<byte> _name;
    private int _index;

    internal Http1FieldValues(Http1FieldTable fields, ReadOnlySpan<byte> name)
    {
        _fields = fields;
        _name = name;
        _index = -1;
    }

    /// <summary>The value of the current field line.</summary>
    public readonly ReadOnlySpan<byte> Current => _fields.GetValue(_index);

    /// <summary>Goes to the next field line of the name.</summary>
    public bool MoveNext()
    {
        if (_index == _fields.Count)
        {
            return false;
        }

        int next = _fields.IndexOf(_name, _index + 1);
        _index = next < 0 ? _fields.Count : next;
        return next >= 0;
    }

    /// <summary>Enumerates from the first field line.</summary>
    public readonly Http1FieldValues GetEnumerator() => new(_fields, _name);
}
