namespace WireProtocols.Multipart;

/// <summary>
/// Looks for a delimiter in bytes that come in pieces. A line end stands at its beginning and nowhere else in it, so where a match breaks off, none
/// can have begun inside of it.
/// </summary>
/// <param name="delimiter">CRLF, two hyphens and the boundary.</param>
internal struct MultipartMatch(byte[] delimiter)
{
    private const int LineEnd = 2;

    /// <summary>How much of the delimiter has been there, at the end of what was taken in.</summary>
    private int _matched;

    /// <summary>Where in it the bytes begin that were not known to be there before.</summary>
    private int _from;

    /// <summary>True where the whole delimiter has been there.</summary>
    public readonly bool IsWhole => _matched == delimiter.Length;

    /// <summary>True where bytes are held that may belong to the delimiter, or not.</summary>
    public readonly bool IsUnderWay => _matched > 0;

    /// <summary>The bytes that are held: they are those of the delimiter.</summary>
    public readonly ReadOnlySpan<byte> Held => delimiter.AsSpan(_from, _matched - _from);

    /// <summary>Begins anew.</summary>
    /// <param name="isBehindLineEnd">Whether a line end that belongs to something else has just been there.</param>
    public void Begin(bool isBehindLineEnd) => _matched = _from = isBehindLineEnd ? LineEnd : 0;

    /// <summary>Goes on with a match that is under way.</summary>
    /// <returns>How many bytes of <paramref name="source"/> belong to it.</returns>
    public int Continue(ReadOnlySpan<byte> source)
    {
        int length = source.CommonPrefixLength(delimiter.AsSpan(_matched));
        _matched += length;
        return length;
    }

    /// <summary>Gives up bytes that are held: they belong to no delimiter.</summary>
    public void GiveUp(int count)
    {
        _from += count;
        if (_from == _matched)
        {
            _matched = _from = 0;
        }
    }

    /// <summary>Looks for the delimiter where no match is under way.</summary>
    /// <param name="source">The bytes.</param>
    /// <returns>How many bytes stand before the delimiter, or before what may be its beginning at the end of <paramref name="source"/>.</returns>
    public int Find(ReadOnlySpan<byte> source)
    {
        int index = source.IndexOf(delimiter);
        if (index >= 0)
        {
            _matched = delimiter.Length;
            return index;
        }

        int tail = Math.Max(0, source.Length - delimiter.Length + 1);
        int last = source[tail..].LastIndexOf((byte)'\r');
        if (last < 0 || !delimiter.AsSpan().StartsWith(source[(tail + last)..]))
        {
            return source.Length;
        }

        _matched = source.Length - tail - last;
        return tail + last;
    }
}
