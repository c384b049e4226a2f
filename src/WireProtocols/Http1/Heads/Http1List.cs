namespace WireProtocols.Http1;

/// <summary>
/// The elements of one value of a list-based field (RFC 9110 §5.6.1.2): separated by commas, without the white space around them, empty ones
/// left out; a comma inside a quoted-string does not separate. Enumerable and its own enumerator.
/// </summary>
public ref struct Http1List
{
    private readonly ReadOnlySpan<byte> _value;
    private ReadOnlySpan<byte> _rest;

    /// <summary>The elements of <paramref name="value"/>.</summary>
    public Http1List(ReadOnlySpan<byte> value)
    {
        _value = value;
        _rest = value;
    }

    /// <summary>The current element, never empty.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Goes to the next element.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = FindEnd(_rest);
            Current = Http1Grammar.Trim(_rest[..end]);
            _rest = end == _rest.Length ? default : _rest[(end + 1)..];
            if (!Current.IsEmpty)
            {
                return true;
            }
        }

        Current = default;
        return false;
    }

    /// <summary>Enumerates from the first element.</summary>
    public readonly Http1List GetEnumerator() => new(_value);

    /// <summary>The index of the first comma outside of quotes, or the length.</summary>
    private static int FindEnd(ReadOnlySpan<byte> value)
    {
        int index = 0;
        while (true)
        {
            int stop = value[index..].IndexOfAny((byte)',', (byte)'"');
            if (stop < 0)
            {
                return value.Length;
            }

            index += stop;
            if (value[index] == ',')
            {
                return index;
            }

            // A quoted-string that is broken or never closed swallows the rest: nothing after it is certain.
            if (!Http1Grammar.TrySkipQuotedString(value, ref index))
            {
                return value.Length;
            }
        }
    }
}
