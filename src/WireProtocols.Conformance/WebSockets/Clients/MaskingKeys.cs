using System.Buffers.Binary;
using System.Numerics;

namespace WireProtocols.Conformance;

/// <summary>
/// What can be proved of masking keys: a pattern that random keys show once in a hundred million runs or less. That keys look random proves nothing.
/// </summary>
internal static class MaskingKeys
{
    /// <param name="keys">The keys of one connection, in the order of the frames.</param>
    /// <returns>Null where no pattern is seen.</returns>
    public static string? FindPattern(IReadOnlyList<byte[]> keys)
    {
        uint[] big = [.. keys.Select(k => BinaryPrimitives.ReadUInt32BigEndian(k))];
        uint[] little = [.. keys.Select(k => BinaryPrimitives.ReadUInt32LittleEndian(k))];
        return big.All(k => k == 0) ? "every masking key is zero"
            : big.Distinct().Count() == 1 ? $"every masking key is {big[0]:x8}"
            : big.Distinct().Count() < big.Length ? $"{big.Length} frames have {big.Distinct().Count()} masking keys between them"
            : keys.All(k => k[0] == k[1] && k[1] == k[2] && k[2] == k[3]) ? "the four bytes of each masking key are one byte"
            : FindStep(big) ?? FindStep(little)
            ?? FindSlope(big) ?? FindSlope(little)
            ?? FindMultiplier(big) ?? FindMultiplier(little)
            ?? FindConstantBits(big, 8);
    }

    /// <summary>Bits that never change, fewer than prove a pattern to guess by.</summary>
    public static string? FindFewBits(IReadOnlyList<byte[]> keys)
        => FindConstantBits([.. keys.Select(k => BinaryPrimitives.ReadUInt32BigEndian(k))], 1);

    private static string? FindStep(uint[] keys)
    {
        uint step = unchecked(keys[1] - keys[0]);
        return keys.Zip(keys.Skip(1), (a, b) => unchecked(b - a)).All(d => d == step) ? $"each masking key is the one before plus {step}" : null;
    }

    /// <summary>A clock, for instance: each key is a little more than the one before.</summary>
    private static string? FindSlope(uint[] keys)
        => keys.Length >= 8 && keys.Zip(keys.Skip(1), (a, b) => unchecked(b - a)).All(d => d < 1 << 27)
            ? "each masking key is a little more than the one before" : null;

    /// <summary>A linear congruential generator: from three keys the fourth is known.</summary>
    private static string? FindMultiplier(uint[] keys)
    {
        uint[] steps = [.. keys.Zip(keys.Skip(1), (a, b) => unchecked(b - a))];
        int odd = Array.FindIndex(steps, s => (s & 1) == 1);
        if (odd < 0 || odd + 1 >= steps.Length)
        {
            return null;
        }

        uint multiplier = unchecked(steps[odd + 1] * Inverse(steps[odd]));
        return steps.Zip(steps.Skip(1), (a, b) => unchecked(a * multiplier) == b).All(isRight => isRight)
            ? $"each masking key follows from the one before: the multiplier is {multiplier}" : null;
    }

    private static string? FindConstantBits(uint[] keys, int least)
    {
        uint same = keys.Aggregate(uint.MaxValue, (mask, key) => mask & ~(key ^ keys[0]));
        int count = BitOperations.PopCount(same);
        return keys.Length >= 60 && count >= least ? $"{count} of the 32 bits are the same in all {keys.Length} masking keys" : null;
    }

    /// <summary>The inverse of an odd number, modulo 2³².</summary>
    private static uint Inverse(uint odd)
    {
        uint inverse = odd;
        for (int i = 0; i < 5; i++)
        {
            inverse = unchecked(inverse * (2 - (odd * inverse)));
        }

        return inverse;
    }
}
