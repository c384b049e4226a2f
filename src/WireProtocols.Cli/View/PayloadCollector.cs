namespace WireProtocols.Cli.View;

/// <summary>
/// Collects a payload that arrives in pieces, so that a row or a preview shows it whole. A JSON row needs all of it; the view for a person
/// only what it previews, so there the rest is counted and dropped.
/// </summary>
/// <param name="kept">How many bytes of a payload are kept.</param>
/// <param name="maxLength">The most bytes that a payload may have.</param>
internal sealed class PayloadCollector(int kept, long maxLength)
{
    private byte[] _bytes = new byte[256];
    private int _count;

    /// <summary>The length of the payload so far.</summary>
    public long Length { get; private set; }

    /// <summary>The bytes that were kept: all, or the first that the view previews.</summary>
    public ReadOnlySpan<byte> Kept => _bytes.AsSpan(0, _count);

    /// <summary>Adds a piece.</summary>
    /// <returns>False, with nothing added, when the payload would grow past the limit.</returns>
    public bool Append(ReadOnlySpan<byte> piece)
    {
        if (Length + piece.Length > maxLength)
        {
            return false;
        }

        Length += piece.Length;
        ReadOnlySpan<byte> added = piece[..Math.Min(piece.Length, kept - _count)];
        if (_bytes.Length - _count < added.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(2L * _bytes.Length, (long)_count + added.Length), Array.MaxLength));
        }

        added.CopyTo(_bytes.AsSpan(_count));
        _count += added.Length;
        return true;
    }

    /// <summary>Starts the next payload. Memory that a large one took is given back.</summary>
    public void Clear()
    {
        Length = 0;
        _count = 0;
        if (_bytes.Length > 1024 * 1024)
        {
            _bytes = new byte[256];
        }
    }
}
