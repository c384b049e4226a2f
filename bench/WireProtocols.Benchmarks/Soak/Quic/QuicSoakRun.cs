using System.Diagnostics;
using System.Globalization;
using WireProtocols.MsQuic;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>
/// <c>soak --webtransport</c>: a server over msquic in a process of its own, clients in others that are killed in turn. Says whether anything came
/// wrong, ended by itself or was left behind.
/// </summary>
internal sealed class QuicSoakRun(QuicSoakOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly QuicSoakProcess[] _clients = new QuicSoakProcess[QuicSoakOptions.Processes];
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _starts;
    private long _steadyFrom;
    private long _steadyTo;

    /// <summary>What the clients counted that have ended.</summary>
    public QuicSoakCounts Counts { get; } = new();

    public List<string> Complaints { get; } = [];

    public int Killed { get; private set; }

    public SoakSample? Before { get; private set; }

    public SoakSample? After { get; private set; }

    /// <summary>The server's counts over the steady part, and those of the clients that were never killed.</summary>
    public List<SoakSample> ServerSamples { get; private set; } = [];

    public List<SoakSample> ClientSamples { get; private set; } = [];

    /// <returns>The exit status: 0 when all is well, 1 when something is not, 2 when the command line is of no use.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        QuicSoakOptions options;
        try
        {
            options = QuicSoakOptions.Parse(arguments);
        }
        catch (FormatException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }

        if (MsQuicLibrary.Missing is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
            return 2;
        }

        QuicSoakRun run = new(options);
        await run.RunAsync();
        List<string> reasons = [.. QuicSoakVerdict.Judge(run)];
        QuicSoakVerdict.Print(run);
        Console.WriteLine(reasons.Count == 0 ? "PASS" : $"FAIL: {string.Join("; ", reasons)}");
        return reasons.Count == 0 ? 0 : 1;
    }

    private async Task RunAsync()
    {
        using QuicSoakProcess server = QuicSoakProcess.Start("soak-quic-server", Number((int)options.StatsInterval.TotalSeconds));
        string uri = await server.FirstLine.WaitAsync(Patience);
        Console.WriteLine(
            $"soak: {options.Connections} connections of WebTransport for {options.Seconds} s in {QuicSoakOptions.Processes} processes, one killed "
                + $"every {options.KillEvery} s, seed {options.Seed}");
        Before = await WaitForSampleAsync(server, _ => true);
        server.Sampled = Report;
        for (int i = 0; i < _clients.Length; i++)
        {
            StartClients(i, uri);
        }

        await KillInTurnAsync(uri);
        ServerSamples = Steady(server.Samples);
        ClientSamples = Steady(_clients[0].Samples);
        await Task.WhenAll(_clients.Select(EndAsync));
        After = await WaitForSampleAsync(server, s => s.Connections == 0 && s.NativeHandles == Before?.NativeHandles);
        if (!await server.EndAsync(Patience))
        {
            Complaints.Add("the server did not end with status 0");
        }

        Complaints.AddRange(server.Complaints.Take(3));
    }

    /// <summary>The first process stays.</summary>
    private async Task KillInTurnAsync(string uri)
    {
        await Task.Delay(TimeSpan.FromSeconds(Math.Min(options.KillEvery, options.Seconds)));
        _steadyFrom = Stopwatch.GetTimestamp();
        for (int next = 1; Stopwatch.GetElapsedTime(_steadyFrom).TotalSeconds < options.Seconds; next = (next % (_clients.Length - 1)) + 1)
        {
            await _clients[next].KillAsync();
            Killed++;
            Keep(_clients[next]);
            StartClients(next, uri);
            await Task.Delay(TimeSpan.FromSeconds(options.KillEvery));
        }

        _steadyTo = Stopwatch.GetTimestamp();
    }

    private void StartClients(int place, string uri)
        => _clients[place] = QuicSoakProcess.Start(
            "soak-quic-clients",
            uri,
            Number((options.Connections + place) / QuicSoakOptions.Processes),
            Number(options.Seed + (100_000 * _starts++)),
            Number((int)options.StatsInterval.TotalSeconds));

    private async Task EndAsync(QuicSoakProcess clients)
    {
        bool hasEnded = await clients.EndAsync(Patience);
        lock (Counts)
        {
            if (!hasEnded)
            {
                Complaints.Add("a process of clients did not end with status 0");
            }

            Keep(clients);
        }
    }

    private void Keep(QuicSoakProcess clients)
    {
        if (clients.LastLine is { } line)
        {
            Counts.Add(line);
        }

        Complaints.AddRange(clients.Complaints.Take(3));
        clients.Dispose();
    }

    private void Report(SoakSample sample)
        => Console.WriteLine($"{(int)Stopwatch.GetElapsedTime(_started).TotalSeconds,5} s server: {QuicSoakVerdict.Describe(sample)}");

    private static async Task<SoakSample?> WaitForSampleAsync(QuicSoakProcess process, Func<SoakSample, bool> condition)
    {
        int seen = process.Samples.Count;
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(50))
        {
            if (process.Samples.Skip(seen).FirstOrDefault(condition) is { } sample)
            {
                return sample;
            }
        }

        return null;
    }

    private List<SoakSample> Steady(IEnumerable<SoakSample> samples) => [.. samples.Where(s => s.At >= _steadyFrom && s.At <= _steadyTo)];

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
