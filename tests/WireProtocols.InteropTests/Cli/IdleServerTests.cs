using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.InteropTests.Cli;

/// <summary>What `wire serve` takes before anybody has come.</summary>
public sealed class IdleServerTests
{
    private const long Most = 8 * 1024 * 1024;

    [Fact]
    public async Task A_server_without_connections_has_no_heap_to_speak_of()
    {
        using Process server = WireProcess.Start("serve", "--port", "0", "--stats", "1");
        try
        {
            string line = await server.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
            while (!line.StartsWith("stats ", StringComparison.Ordinal))
            {
                line = await server.StandardError.ReadLineAsync(TestContext.Current.CancellationToken)
                    ?? throw new InvalidOperationException("The server said nothing of itself.");
            }

            string heap = line.Split(' ').Single(word => word.StartsWith("heap=", StringComparison.Ordinal))["heap=".Length..];
            Assert.InRange(long.Parse(heap, CultureInfo.InvariantCulture), 1, Most);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }
}
