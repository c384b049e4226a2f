namespace WireProtocols.WebSockets;

/// <summary>The last bytes that came out of a DEFLATE stream, in a ring: what the next ones may refer back to.</summary>
/// <param name="windowBits">How many bytes they are at most, as a logarithm.</param>
internal sealed class DeflateWindow(int windowBits)
{
    private readonly byte[] _ring = new byte[1 << windowBits];
    private int _end;
    private int _length;

    /// <summary>Whether a distance leads to a byte of the stream that is within the window.</summary>
    /// <param name="distance">The distance.</param>
    /// <param name="written">Bytes that came out and have not been added yet.</param>
    public bool Reaches(int distance, int written) => distance <= Math.Min(_ring.Length, _length + written);

    /// <summary>Forgets everything.</summary>
    public void Clear() => _length = 0;

    /// <summary>Adds what came out.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> kept = bytes.Length > _ring.Length ? bytes[^_ring.Length..] : bytes;
        int first = Math.Min(kept.Length, _ring.Length - _end);
        kept[..first].CopyTo(_ring.AsSpan(_end));
        kept[first..].CopyTo(_ring);
        _end = (_end + kept.Length) & (_ring.Length - 1);
        _length = Math.Min(_ring.Length, _length + kept.Length);
    }

    /// <summary>Copies bytes of the window, from <paramref name="distance"/> bytes before its end on.</summary>
    public void CopyTo(int distance, Span<byte> destination)
    {
        int start = (_end - distance) & (_ring.Length - 1);
        int first = Math.Min(destination.Length, _ring.Length - start);
        _ring.AsSpan(start, first).CopyTo(destination);
        _ring.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
    }
}
