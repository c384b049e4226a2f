namespace WireProtocols.Testing;

/// <summary>
/// Whether the work grows faster than the input. A piece of an input is repeated until the input is long, and that is doubled five times. What each
/// doubling adds is twice what the one before added, where the work is linear; four times, where it is quadratic.
/// </summary>
internal sealed class GrowthCheck(FuzzRun run)
{
    private const int Shortest = 2 * 1024;
    private const int Doublings = 5;
    private const double MostGrowth = 3;
    private const int MinimalSteps = 1000;

    /// <summary>How many basic blocks the last look took.</summary>
    public long Steps { get; private set; }

    /// <summary>Looks at one piece.</summary>
    /// <returns>The lengths and what they took, in words; null where all is well.</returns>
    public string? Find(byte[] input, FuzzGrowth growth)
    {
        List<string> seen = [];
        long steps = 0;
        long added = 0;
        Steps = 0;
        for (int doubling = 0; doubling <= Doublings; doubling++)
        {
            byte[] longer = Repeat(input, growth, Shortest << doubling);
            bool isOver = run.Try(longer) is not FuzzHangException;
            Steps += run.Steps;
            seen.Add($"{longer.Length} bytes: {run.Steps} blocks");
            long more = run.Steps - steps;
            if (!isOver && doubling > 1)
            {
                // More than any input may take, and what came before grew faster than its input.
                break;
            }

            if (more < MinimalSteps || (doubling > 1 && more < MostGrowth * added))
            {
                return null;
            }

            (steps, added) = (run.Steps, more);
        }

        return $"the work grows faster than the input: {string.Join(", ", seen)}";
    }

    private static byte[] Repeat(byte[] input, FuzzGrowth growth, int length)
    {
        ReadOnlySpan<byte> piece = input.AsSpan(growth.At, growth.Length);
        int count = Math.Max(1, (length - input.Length) / growth.Length);
        List<byte> bytes = new(length + growth.Length);
        bytes.AddRange(input.AsSpan(0, growth.At));
        for (int i = 0; i <= count; i++)
        {
            bytes.AddRange(piece);
        }

        bytes.AddRange(input.AsSpan(growth.At + growth.Length));
        return [.. bytes];
    }
}
