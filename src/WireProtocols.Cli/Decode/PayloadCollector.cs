namespace WireProtocols.Cli.Decode;

/// <summary>
/// Collects a payload that arrives in pieces, so that a row or a preview shows it whole. A JSON row needs all of it; the view for a person
/// only what it previews, so there the rest is counted and dropped.
/// </summary>
internal sealed class PayloadCollector(DecodeRun run)
{
    private readonly int _kept = run.Json ? int.MaxValue : run.View.MaxPayload;
    private byte[] _bytes = new byte[256];
    private int _count;

    /// <summary>The length of the payload so far.</summary>
    public long Length { get; private set; }

    /// <summary>The bytes that were kept: all, or the first that the view previews.</summary>
    public ReadOnlySpan<byte> Kept => _bytes.AsSpan(0, _count);

    /// <summary>Adds a piece.</summary>
    /// <returns>False, with nothing added, when the payload would grow past <see cref="DecodeRun.MaxElement"/>.</returns>
    public bool Append(ReadOnlySpan<byte> piece)
    {
        if (Length + piece.Length > run.MaxElement)
        {
            return false;
        }

        Length += piece.Length;
        ReadOnlySpan<byte> kept = piece[..Math.Min(piece.Length, _kept - _count)];
        if (_bytes.Length - _count < kept.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(2L * _bytes.Length, (long)_count + kept.Length), Array.MaxLength));
        }

        kept.CopyTo(_bytes.AsSpan(_count));
        _count += kept.Length;
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
