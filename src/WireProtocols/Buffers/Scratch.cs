namespace WireProtocols.Buffers;

/// <summary>
/// The bytes of an element that came in pieces: gathered in pooled memory, lent when the element is whole, and given back at the decoder's next call.
/// An element that came in one piece is lent where it lies and costs no copy. The owner enforces the limit before it gathers.
/// </summary>
/// <remarks>Every call of a decoder begins with <see cref="EndLoan"/>.</remarks>
internal struct Scratch
{
    private PooledBuffer _bytes;
    private bool _isLent;

    /// <summary>How many bytes have been gathered and not lent yet.</summary>
    public readonly int Length => _isLent ? 0 : _bytes.Length;

    /// <summary>The bytes gathered and not lent yet, valid until the next change.</summary>
    public readonly ReadOnlySpan<byte> Gathered => _isLent ? default : _bytes.Written;

    /// <summary>Keeps a copy of a piece of an element that is not whole yet.</summary>
    public void Gather(ReadOnlySpan<byte> piece) => _bytes.Append(piece);

    /// <summary>Lends the whole element: what was gathered and <paramref name="last"/>, which is not copied where it is all there is.</summary>
    /// <param name="last">The last piece.</param>
    /// <returns>The element, valid until <see cref="EndLoan"/> or <see cref="Release"/>.</returns>
    public ReadOnlySpan<byte> Lend(ReadOnlySpan<byte> last)
    {
        if (_bytes.Length == 0)
        {
            return last;
        }

        _bytes.Append(last);
        _isLent = true;
        return _bytes.Written;
    }

    /// <summary>Takes back what was lent. What is only gathered stays.</summary>
    public void EndLoan()
    {
        if (_isLent)
        {
            Release();
        }
    }

    /// <summary>Forgets everything and gives the memory back to the pool.</summary>
    public void Release()
    {
        _bytes.Release();
        _isLent = false;
    }
}
