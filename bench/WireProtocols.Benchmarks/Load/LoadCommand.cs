using System.Diagnostics;
using System.Globalization;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary><c>load [seconds a round]</c>: echoes over loopback, 64 connections with 32 messages in flight each, ours and Kestrel's in turn under one client.</summary>
public static class LoadCommand
{
    private const int Connections = 64;
    private const int InFlight = 32;
    private const int Rounds = 5;

    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        double seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 2;
        EchoServer[] servers = [EchoServer.StartOurs(), await EchoServer.StartKestrelAsync()];
        foreach (int length in new[] { 64, 16 * 1024 })
        {
            List<double>[] rates = [.. servers.Select(_ => new List<double>())];

            // One round more than is counted, to warm up.
            for (int round = 0; round <= Rounds; round++)
            {
                for (int i = 0; i < servers.Length; i++)
                {
                    double rate = await MeasureAsync(servers[i].Uri, length, TimeSpan.FromSeconds(seconds));
                    if (round > 0)
                    {
                        rates[i].Add(rate);
                    }
                }
            }

            double[] medians = [.. rates.Select(r => r.Order().ElementAt(r.Count / 2))];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"echo {length,6} B: {servers[0].Name} {medians[0]:0} messages/s, {servers[1].Name} {medians[1]:0}, ratio {medians[0] / medians[1]:0.00}"));
        }

        foreach (EchoServer server in servers)
        {
            await server.StopAsync();
        }

        return 0;
    }

    private static async Task<double> MeasureAsync(Uri uri, int length, TimeSpan time)
    {
        List<WebSocketConnection> connections = [];
        for (int i = 0; i < Connections; i++)
        {
            connections.Add(await WebSocketConnection.ConnectAsync(uri));
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
        for (; Stopwatch.GetElapsedTime(started) < time; count++)
        {
            using WebSocketMessage echo = await connection.ReceiveAsync() ?? throw new InvalidOperationException("The server closed the connection.");
            if (echo.Payload.Length != message.Length)
            {
                throw new InvalidOperationException("The echo is not what was sent.");
            }

            await connection.SendAsync(WebSocketOpcode.Binary, message, flush: false);
        }

        return count;
    }
}
