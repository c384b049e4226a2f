using System.Diagnostics;
using System.Globalization;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Levels;

/// <summary>
/// The "levels" run: what each level of zlib makes of messages, with the library's own deflater, and how fast. It prints the table of
/// spec-notes/rfc7692.md. The levels take turns, so that what else the machine does falls on all of them.
/// </summary>
public static class LevelsCommand
{
    private const int Rounds = 15;
    private static readonly int[] Levels = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    /// <summary>Measures and prints.</summary>
    public static int Run()
    {
        foreach (bool keepsContext in new[] { false, true })
        {
            Console.WriteLine(keepsContext ? "With context takeover:" : "Each message by itself:");
            Console.WriteLine();
            (string Name, byte[][] Messages)[] inputs = [.. LevelInputs.All(1024), .. LevelInputs.All(16 * 1024)];
            Console.WriteLine($"| level | {string.Join(" | ", inputs.Select(i => i.Name))} |");
            Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", inputs.Length))}");
            List<string[]> columns = [.. inputs.Select(i => Measure(i.Messages, keepsContext))];
            for (int level = 0; level < Levels.Length; level++)
            {
                Console.WriteLine($"| {Levels[level]} | {string.Join(" | ", columns.Select(c => c[level]))} |");
            }

            Console.WriteLine();
        }

        return 0;
    }

    private static string[] Measure(byte[][] messages, bool keepsContext)
    {
        double[] best = new double[Levels.Length];
        double[] ratios = new double[Levels.Length];
        long length = messages.Sum(m => (long)m.Length);
        for (int round = 0; round < Rounds; round++)
        {
            for (int index = 0; index < Levels.Length; index++)
            {
                long started = Stopwatch.GetTimestamp();
                long deflated = Deflate(messages, Levels[index], keepsContext);
                best[index] = Math.Max(best[index], length / Stopwatch.GetElapsedTime(started).TotalMicroseconds);
                ratios[index] = (double)deflated / length;
            }
        }

        return [.. Levels.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{ratios[i]:F2} · {best[i]:F0}"))];
    }

    private static long Deflate(byte[][] messages, int level, bool keepsContext)
    {
        long length = 0;
        WebSocketDeflater deflater = WebSocketDeflatePool.Shared.RentDeflater(WebSocketDeflateParameters.MaxWindowBits, level);
        PooledBuffer payload = default;
        foreach (byte[] message in messages)
        {
            payload.Clear();
            deflater.Deflate(message, endOfMessage: true, keepsContext, ref payload);
            length += payload.Length;
        }

        payload.Release();
        deflater.Forget();
        WebSocketDeflatePool.Shared.Return(deflater, WebSocketDeflateParameters.MaxWindowBits, level);
        return length;
    }
}
