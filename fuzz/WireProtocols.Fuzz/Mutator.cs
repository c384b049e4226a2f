namespace WireProtocols.Fuzz;

/// <summary>Small, blind mutations of seeds: enough for a smoke test; the coverage-guided runner does the searching.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> seeds, int seed)
{
    private const int LargestInput = 4096;

    private static readonly byte[] Interesting = [0x00, 0x01, 0x0A, 0x0D, 0x20, 0x2C, 0x3A, 0x7E, 0x7F, 0x80, 0xBF, 0xC0, 0xED, 0xF4, 0xFE, 0xFF];

    private readonly Random _random = new(seed);

    /// <summary>The next input: a seed with one to eight mutations.</summary>
    public byte[] Next()
    {
        List<byte> bytes = [.. Pick(seeds)];
        for (int count = 1 + _random.Next(8); count > 0; count--)
        {
            Mutate(bytes);
        }

        return [.. bytes.Take(LargestInput)];
    }

    private void Mutate(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        int length = _random.Next(Math.Min(32, bytes.Count - at) + 1);
        switch (_random.Next(6))
        {
            case 0:
                bytes.Insert(at, Pick(Interesting));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = Pick(Interesting);
                break;
            case 2 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(_random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            default:
                byte[] other = Pick(seeds);
                bytes.InsertRange(at, other.Take(_random.Next(other.Length + 1)));
                break;
        }
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
