using System.Globalization;
using System.Net;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>
/// <c>load-quic-client</c>: a client in a process of its own. A line of its input asks for a round, <c>URI raw|webtransport KIND LENGTH IN-FLIGHT
/// SECONDS DELAY-MS</c>; it answers <c>ready</c> when it is connected, waits for a line, and answers with what it counted.
/// </summary>
public static class QuicLoadClient
{
    public const string Ready = "ready";

    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } order)
        {
            string[] words = order.Split(' ');
            QuicLoadCell cell = new(Enum.Parse<QuicLoadKind>(words[2]), Number(words[3]), Number(words[4]));
            TimeSpan time = TimeSpan.FromSeconds(double.Parse(words[5], CultureInfo.InvariantCulture));
            await RunAsync(new Uri(words[0]), words[1] == "raw", cell, time, TimeSpan.FromMilliseconds(Number(words[6])));
        }

        return 0;
    }

    private static async Task RunAsync(Uri uri, bool isRaw, QuicLoadCell cell, TimeSpan time, TimeSpan delay)
    {
        using DelayRelay? relay = delay > TimeSpan.Zero ? new DelayRelay(new IPEndPoint(IPAddress.Loopback, uri.Port), delay / 2) : null;
        Uri target = new UriBuilder(uri) { Port = relay?.Port ?? uri.Port }.Uri;
        QuicLoad load = QuicLoad.Create(cell);
        await using QuicLink link = await QuicLink.ConnectAsync(target, isRaw, load);
        Console.WriteLine(Ready);
        await Console.In.ReadLineAsync();
        await link.RunAsync(time);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{load.Count} {load.Sent} {load.Quantile(0.5)} {load.Quantile(0.99)} {load.Quantile(0.999)}"));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
