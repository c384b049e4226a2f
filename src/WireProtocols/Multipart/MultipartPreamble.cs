namespace WireProtocols.Multipart;

/// <summary>What stands before the first boundary, and is passed over.</summary>
internal struct MultipartPreamble(byte[] delimiter)
{
    private MultipartMatch _match = new(delimiter);

    /// <summary>True where the first boundary has been there.</summary>
    public readonly bool HasEnded => _match.IsWhole;

    /// <summary>How many of the bytes taken in may belong to the boundary, or not.</summary>
    public readonly int HeldLength => _match.Held.Length;

    /// <summary>Begins with an input, which may begin with the boundary.</summary>
    public void Begin() => _match.Begin(isBehindLineEnd: true);

    /// <summary>Goes on.</summary>
    /// <param name="source">The bytes that follow those taken in so far.</param>
    /// <param name="passed">How many bytes turn out to belong to no boundary: those before what is held now.</param>
    /// <returns>How many were taken in.</returns>
    public int Take(ReadOnlySpan<byte> source, out int passed)
    {
        if (!_match.IsUnderWay)
        {
            passed = _match.Find(source);
            return passed + _match.Held.Length;
        }

        int length = _match.Continue(source);
        passed = 0;
        if (!_match.IsWhole && length < source.Length)
        {
            passed = _match.Held.Length;
            _match.GiveUp(passed);
        }

        return length;
    }
}
