namespace WireProtocols.Tests.Harness;

/// <summary>
/// Counts what is done for an input (bytes handed to a decoder, bytes offered by a pipe, bytes copied) and holds it linear in the input's length:
/// the input is doubled again and again, and the count may not grow faster. Nothing is timed.
/// </summary>
public sealed class Work
{
    private const int Doublings = 5;

    /// <summary>What has been counted so far.</summary>
    public long Count { get; private set; }

    public void Add(long amount) => Count += amount;

    /// <summary>Does the work for inputs of growing length, each twice as long as the one before.</summary>
    /// <param name="length">The first length.</param>
    /// <param name="run">Does the work for an input of the given length and counts it.</param>
    public static void IsLinear(int length, Action<int, Work> run) => IsLinearAsync(length, (n, work) =>
    {
        run(n, work);
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    /// <summary>The same for work that waits.</summary>
    /// <param name="length">The first length.</param>
    /// <param name="run">Does the work for an input of the given length and counts it.</param>
    public static async Task IsLinearAsync(int length, Func<int, Work, Task> run)
    {
        List<(int Length, long Count)> counts = [];
        for (int doubling = 0; doubling < Doublings; doubling++)
        {
            Work work = new();
            await run(length << doubling, work);
            counts.Add((length << doubling, work.Count));
        }

        // A tenth more than twice is what rounding to blocks may cost; quadratic work would be four times.
        Assert.True(
            counts.Zip(counts.Skip(1)).All(pair => pair.Second.Count <= (2.2 * pair.First.Count) + 64),
            $"Work grows faster than its input: {string.Join(", ", counts.Select(c => $"{c.Length} -> {c.Count}"))}");
    }
}
