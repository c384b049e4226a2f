namespace WireProtocols.Fuzz.Buffers;

/// <summary>RFC 3629 §4, transcribed for clarity: the oracle of the validator.</summary>
public static class NaiveUtf8
{
    // UTF8-1 = %x00-7F
    // UTF8-2 = %xC2-DF UTF8-tail
    // UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) / %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
    // UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) / %xF4 %x80-8F 2( UTF8-tail )
    // UTF8-tail = %x80-BF
    private static readonly (byte Lowest, byte Highest)[][] Characters =
    [
        [(0x00, 0x7F)],
        [(0xC2, 0xDF), (0x80, 0xBF)],
        [(0xE0, 0xE0), (0xA0, 0xBF), (0x80, 0xBF)],
        [(0xE1, 0xEC), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xED, 0xED), (0x80, 0x9F), (0x80, 0xBF)],
        [(0xEE, 0xEF), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xF0, 0xF0), (0x90, 0xBF), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xF1, 0xF3), (0x80, 0xBF), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xF4, 0xF4), (0x80, 0x8F), (0x80, 0xBF), (0x80, 0xBF)],
    ];

    /// <returns>The index of the first byte that no text can hold there, or -1; and whether the text may end where it does.</returns>
    public static (int InvalidIndex, bool IsComplete) Validate(ReadOnlySpan<byte> text)
    {
        for (int index = 0; index < text.Length;)
        {
            (byte Lowest, byte Highest)[]? character = Find(text[index]);
            if (character is null)
            {
                return (index, false);
            }

            for (int i = 0; i < character.Length; i++, index++)
            {
                if (index == text.Length)
                {
                    return (-1, false);
                }

                if (text[index] < character[i].Lowest || text[index] > character[i].Highest)
                {
                    return (index, false);
                }
            }
        }

        return (-1, true);
    }

    private static (byte Lowest, byte Highest)[]? Find(byte first)
    {
        foreach ((byte Lowest, byte Highest)[] character in Characters)
        {
            if (first >= character[0].Lowest && first <= character[0].Highest)
            {
                return character;
            }
        }

        return null;
    }
}
