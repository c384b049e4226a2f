using System.IO.Pipelines;

namespace WireProtocols.Testing;

/// <summary>
/// Runs one input through a decoder and its reader in every way it can arrive, and demands one transcript: whole, byte by byte, at every
/// two-way split, at random splits over multi-segment sequences, and from a pipe that trickles.
/// </summary>
public static class Segmentation
{
    private const int RandomRounds = 8;

    /// <summary>The most two-way splits tried; a longer input is split at that many places, evenly spread.</summary>
    private const int TwoWaySplits = 600;

    /// <summary>The decoder alone.</summary>
    /// <returns>The transcript that all ways agree on.</returns>
    public static IReadOnlyList<string> Check(byte[] input, IDecoderSubject subject)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(subject);
        IReadOnlyList<string> expected = subject.Decode([input]);
        foreach ((string way, IReadOnlyList<ReadOnlyMemory<byte>> pieces) in Ways(input))
        {
            AssertSame(expected, subject.Decode(pieces), $"decoder, {way}");
        }

        return expected;
    }

    /// <returns>The transcript that all ways agree on.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(byte[] input, IDecoderSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        IReadOnlyList<string> expected = Check(input, subject);
        foreach ((string way, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
            in Ways(input).Where(w => !w.Way.StartsWith("split", StringComparison.Ordinal)))
        {
            AssertSame(expected, await subject.ReadAsync(PipeReader.Create(Segments.Create(pieces))), $"reader, {way}");
        }

        AssertSame(expected, await Trickle.RunAsync(input, 1, subject.ReadAsync), "reader, trickling pipe");
        AssertSame(expected, await Trickle.RunAsync(input, 7, subject.ReadAsync), "reader, trickling pipe of 7");
        return expected;
    }

    private static IEnumerable<(string Way, IReadOnlyList<ReadOnlyMemory<byte>> Pieces)> Ways(byte[] input)
    {
        yield return ("whole", [input]);
        yield return ("byte by byte", [.. Enumerable.Range(0, input.Length).Select(i => (ReadOnlyMemory<byte>)input.AsMemory(i, 1))]);
        int step = Math.Max(1, input.Length / TwoWaySplits);
        for (int at = 0; at <= input.Length; at += step)
        {
            yield return ($"split at {at}", [input.AsMemory(0, at), input.AsMemory(at)]);
        }

        Random random = new(input.Length);
        for (int round = 0; round < RandomRounds; round++)
        {
            yield return ($"random round {round}", RandomPieces(input, random));
        }
    }

    /// <summary>Cuts at random, empty pieces included.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> RandomPieces(byte[] input, Random random)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(random);
        List<ReadOnlyMemory<byte>> pieces = [];
        int largest = 1 + random.Next(Math.Max(1, input.Length));
        for (int at = 0; at < input.Length;)
        {
            int length = Math.Min(random.Next(largest + 1), input.Length - at);
            pieces.Add(input.AsMemory(at, length));
            at += length;
        }

        return pieces;
    }

    private static void AssertSame(IReadOnlyList<string> expected, IReadOnlyList<string> actual, string way)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new SegmentationException(
                $"The transcript differs ({way}).\nwhole:\n  {string.Join("\n  ", expected)}\nhere:\n  {string.Join("\n  ", actual)}");
        }
    }
}
