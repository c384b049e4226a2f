using WireProtocols.Http1;

namespace WireProtocols.InteropTests.Http1;

/// <summary>A body of random bytes and the random pieces that it is sent in, the same for the same seed.</summary>
public sealed class RandomBody
{
    private RandomBody(byte[] bytes, IReadOnlyList<ReadOnlyMemory<byte>> pieces) => (Bytes, Pieces) = (bytes, pieces);

    public byte[] Bytes { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces { get; }

    public static RandomBody Create(int seed)
    {
        Random random = new(seed);
        byte[] bytes = new byte[random.Next(4) == 0 ? random.Next(100) : random.Next(300_000)];
        random.NextBytes(bytes);
        List<ReadOnlyMemory<byte>> pieces = [];
        int largest = 1 << random.Next(1, 17);
        for (int at = 0; at < bytes.Length;)
        {
            // Not too many pieces: each may be a packet.
            int length = Math.Min(bytes.Length - at, Math.Max(bytes.Length / 500, 1 + random.Next(largest)));
            pieces.Add(bytes.AsMemory(at, length));
            at += length;
        }

        return new RandomBody(bytes, pieces);
    }

    /// <summary>Writes the pieces, each flushed or not as the seed has it.</summary>
    public async Task WriteAsync(ChunkedWriter writer, int seed)
    {
        Random random = new(seed);
        foreach (ReadOnlyMemory<byte> piece in Pieces)
        {
            writer.Write(piece.Span);
            if (random.Next(3) == 0)
            {
                await writer.FlushAsync();
            }
        }
    }

    public void AssertSame(ReadOnlySpan<byte> other)
        => Assert.True(other.SequenceEqual(Bytes), $"The {other.Length} bytes are not the {Bytes.Length} that were sent.");
}
