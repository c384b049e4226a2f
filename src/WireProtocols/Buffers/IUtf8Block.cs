namespace WireProtocols.Buffers;

/// <summary>
/// A block of UTF-8 that fills one vector, validated by the lookup algorithm of J. Keiser and D. Lemire, "Validating UTF-8 In Less Than One
/// Instruction Per Byte" (2021): what can be wrong with two neighbours shows in the first one's two halves and the second one's high half.
/// Three tables of 16 entries give the set of errors that each half allows, and what is in all three sets is wrong. The bytes that the
/// first byte of a longer character calls for, third and fourth, look like errors of one kind there, and have to be exactly where it says.
/// </summary>
internal interface IUtf8Block
{
    /// <summary>In bytes.</summary>
    static abstract int Size { get; }

    /// <summary>Whether the machine has the vector and the lookup.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Whether the block at <paramref name="at"/> is ASCII alone.</summary>
    static abstract bool IsAscii(ref byte at);

    /// <summary>Whether four blocks are.</summary>
    static abstract bool AreAscii(ref byte at);

    /// <summary>Whether every byte of the block fits the three before it, which have to be there; a character may go on behind the block.</summary>
    static abstract bool IsValid(ref byte at);

    /// <summary>Whether that is so of four blocks: the tables are fetched once.</summary>
    static abstract bool AreValid(ref byte at);
}
