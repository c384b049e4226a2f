namespace WireProtocols.Testing;

/// <summary>
/// What a mutator knows of a format: where its elements begin and end, and how a new one is made. Whole elements are then moved, doubled, dropped
/// and taken over from other inputs, so that most of what a search tries gets past the first check.
/// </summary>
public abstract class FuzzFormat
{
    /// <summary>How many bytes in front of the elements tell the target what to do; they are changed as bytes.</summary>
    public abstract int SetupLength { get; }

    /// <summary>Cuts the rest of an input into elements. Whatever the bytes are, the elements one behind the other are those bytes.</summary>
    public abstract IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body);

    /// <summary>Makes an element: mostly a right one.</summary>
    public abstract byte[] Create(Random dice);

    /// <summary>Changes an element and keeps what must fit together: a length and what it counts, a key and what it masks.</summary>
    public virtual byte[] Change(byte[] element, Random dice) => Create(dice);
}
