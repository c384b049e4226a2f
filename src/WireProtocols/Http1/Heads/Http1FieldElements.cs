namespace WireProtocols.Http1;

/// <summary>The elements of a list-based field over all its field lines (<see cref="Http1List"/>). Enumerable and its own enumerator.</summary>
public ref struct Http1FieldElements
{
    private readonly Http1FieldValues _all;
    private Http1FieldValues _lines;
    private Http1List _line;

    internal Http1FieldElements(Http1FieldTable fields, ReadOnlySpan<byte> name)
        : this(new Http1FieldValues(fields, name))
    {
    }

    private Http1FieldElements(Http1FieldValues lines)
    {
        _all = lines;
        _lines = lines;
        _line = default;
    }

    /// <summary>The current element, never empty.</summary>
    public readonly ReadOnlySpan<byte> Current => _line.Current;

    /// <summary>Goes to the next element.</summary>
    public bool MoveNext()
    {
        while (!_line.MoveNext())
        {
            if (!_lines.MoveNext())
            {
                return false;
            }

            _line = new Http1List(_lines.Current);
        }

        return true;
    }

    /// <summary>Enumerates from the first element.</summary>
    public readonly Http1FieldElements GetEnumerator() => new(_all.GetEnumerator());
}
