using System.Buffers;
using System.Diagnostics;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Echoes where the native client is not built: 64 connections of ours with 32 messages in flight each, which cost as much as the server
/// does.</summary>
public static class EchoLoad
{
    private const int Connections = 64;
    private const int InFlight = 32;

    public static async Task RunAsync(IReadOnlyList<LoadServer> servers, LoadOptions options, LoadReport report)
    {
        foreach (int length in new[] { 64, 16 * 1024 })
        {
            await LoadRounds.WarmUpAsync(servers, server => MeasureAsync(server, length, options.Time));
            IReadOnlyList<LoadRow> rows = await LoadRounds.RunAsync(servers, options.Rounds, server => MeasureAsync(server, length, options.Time));
            report.Print($"echo.managed.{length}B.{InFlight}", $"echo of {length} B under the client of this program", "messages", rows);
        }
    }

    private static async Task<LoadRow> MeasureAsync(LoadServer server, int length, TimeSpan time)
        => new(server.Name, await MeasureAsync(server.Uri, length, time));

    /// <returns>Messages a second.</returns>
    private static async Task<double> MeasureAsync(Uri uri, int length, TimeSpan time)
    {
        List<WebSocketConnection> connections = [];
        for (int i = 0; i < Connections; i++)
        {
            connections.Add(await WebSocketClient.ConnectAsync(uri));
        }

        long started = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(connections.Select(c => Task.Run(() => EchoAsync(c, new byte[length], started, time))));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        await Task.WhenAll(connections.Select(c => c.CloseAsync().AsTask()));
        return counts.Sum() / elapsed.TotalSeconds;
    }

    private static async Task<long> EchoAsync(WebSocketConnection connection, byte[] message, long started, TimeSpan time)
    {
        for (int i = 0; i < InFlight; i++)
        {
            await connection.SendAsync(WebSocketOpcode.Binary, message, flush: false);
        }

        long count = 0;
        ArrayBufferWriter<byte> echo = new(message.Length);
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            for (int i = 0; i < InFlight; i++, count++)
            {
                if (await connection.ReceiveAsync(echo) is null || echo.WrittenCount != message.Length)
                {
                    throw new InvalidOperationException("The echo is not what was sent.");
                }

                echo.ResetWrittenCount();
                await connection.SendAsync(WebSocketOpcode.Binary, message, flush: false);
            }
        }

        return count;
    }
}
