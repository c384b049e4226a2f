namespace WireProtocols.Testing;

/// <summary>Makes an input smaller, as long as it fails in the same way.</summary>
internal static class FuzzMinimizer
{
    private const int MaxRuns = 20_000;
    private const byte Plain = (byte)'0';

    /// <summary>Drops what can be dropped, in halves, then in ever smaller pieces; and makes the bytes that do not matter plain.</summary>
    public static byte[] Minimize(byte[] input, Func<byte[], bool> fails)
    {
        int runs = 0;
        bool Fails(byte[] candidate) => runs++ < MaxRuns && fails(candidate);

        for (int size = Math.Max(1, input.Length / 2); size > 0; size /= 2)
        {
            for (int at = 0; at + size <= input.Length;)
            {
                byte[] shorter = [.. input[..at], .. input[(at + size)..]];
                if (Fails(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at += size;
                }
            }
        }

        for (int at = 0; at < input.Length; at++)
        {
            byte[] plainer = [.. input[..at], Plain, .. input[(at + 1)..]];
            if (input[at] is not (Plain or 0) && Fails(plainer))
            {
                input = plainer;
            }
        }

        return input;
    }
}
