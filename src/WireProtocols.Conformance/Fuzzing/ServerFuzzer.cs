using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace WireProtocols.Conformance;

/// <summary>
/// Fuzzes a server on the wire: malformed and legal frames, or requests, one connection a round. A finding is played again before it is believed, and
/// then made smaller. Every round can be repeated by its number and the seed.
/// </summary>
public sealed class ServerFuzzer
{
    private const int WarmUpRounds = 200;
    private const int MemoryInterval = 50;
    private const int MaxReplays = 60;

    private readonly Uri _server;
    private readonly ServerFuzzOptions _options;
    private readonly ServerRound _round;
    private readonly ServerMemory _memory;

    /// <param name="server">Where it listens: <c>ws://</c>, a server that echoes, or <c>http://</c>, whose path half of the requests ask for.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">The scheme is another one.</exception>
    public ServerFuzzer(Uri server, ServerFuzzOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        _server = server;
        _options = options ?? new ServerFuzzOptions();
        _round = server.Scheme switch
        {
            "ws" => new WebSocketRound(),
            "http" => new HttpRound(server.PathAndQuery),
            _ => throw new ArgumentException($"'{server.Scheme}' is not ws or http.", nameof(server)),
        };
        _memory = new ServerMemory(_options.ProcessId, _options.MaxGrowth);
    }

    /// <summary>How many rounds have been played.</summary>
    public int Rounds { get; private set; }

    /// <summary>Plays rounds until the time is over, or the server is.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConformanceUnreachableException">Nobody listens there at the start.</exception>
    public async IAsyncEnumerable<ServerFuzzFinding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ReachAsync(cancellationToken);
        HashSet<string> seen = [];
        bool isAlive = true;
        long started = Stopwatch.GetTimestamp();
        int round = _options.Round ?? 0;
        do
        {
            ServerFuzzFinding? finding = await PlayAsync(round, cancellationToken);
            Rounds++;
            if (finding is not null && seen.Add($"{finding.What} {finding.Spec} {finding.Got[..Math.Min(40, finding.Got.Length)]}"))
            {
                yield return finding;
            }

            isAlive = finding?.What is not "crash";
            round++;
        }
        while (isAlive && _options.Round is null && Rounds < _options.MaxRounds && Stopwatch.GetElapsedTime(started) < _options.Time
            && !cancellationToken.IsCancellationRequested);
    }

    /// <summary>What is no server of that kind, or no process, is no finding.</summary>
    private async Task ReachAsync(CancellationToken stop)
    {
        if (_memory.Begin() is { } gone)
        {
            throw new ConformanceUnreachableException(gone.Got, null);
        }

        ConformanceContext context = new(_server, new ConformanceOptions { Timeout = 2 * _options.Timeout }, _options.Seed, stop);
        try
        {
            await _round.ReachAsync(context);
        }
        catch (ConformanceEndException end)
        {
            throw new ConformanceUnreachableException(end.Finding.Got, end);
        }
    }

    private async Task<ServerFuzzFinding?> PlayAsync(int round, CancellationToken stop)
    {
        Random dice = new(unchecked((_options.Seed * 1_000_003) + round));
        byte[][] elements = _round.Create(dice);
        ServerVerdict? verdict = await TryAsync(elements, _options.Timeout, stop);
        if (verdict is not null && verdict.What != "crash")
        {
            // A machine that is slow once is no finding.
            verdict = await TryAsync(elements, 2 * _options.Timeout, stop) is { } again && again.What == verdict.What ? again : null;
            elements = verdict is null || verdict.What == "hang" ? elements : await MinimizeAsync(elements, verdict.What, stop);
        }

        if (round == WarmUpRounds)
        {
            verdict ??= _memory.Begin();
        }

        verdict ??= round % MemoryInterval == 0 ? _memory.Find() : null;
        return verdict is null
            ? null
            : new ServerFuzzFinding(verdict.What, round, verdict.Spec, verdict.Got, [.. elements.SelectMany(e => e)]);
    }

    private async Task<ServerVerdict?> TryAsync(IReadOnlyList<byte[]> elements, TimeSpan timeout, CancellationToken stop)
    {
        ConformanceContext context = new(_server, new ConformanceOptions { Timeout = timeout }, _options.Seed, stop);
        try
        {
            return await _round.PlayAsync(context, elements).WaitAsync(context.Options.MaxTime, stop);
        }
        catch (ConformanceUnreachableException exception)
        {
            return new ServerVerdict("crash", "", exception.Message);
        }
        catch (ConformanceEndException end)
        {
            return new ServerVerdict("hang", "", end.Finding.Got);
        }
        catch (TimeoutException)
        {
            return new ServerVerdict("hang", "", "the round is not over in time");
        }
    }

    /// <summary>Drops elements as long as the same comes of what is left.</summary>
    private async Task<byte[][]> MinimizeAsync(byte[][] elements, string what, CancellationToken stop)
    {
        int replays = 0;
        for (int at = elements.Length - 1; at >= 0 && replays < MaxReplays && elements.Length > 1; at--)
        {
            byte[][] fewer = [.. elements[..at], .. elements[(at + 1)..]];
            replays++;
            if (await TryAsync(fewer, _options.Timeout, stop) is { } verdict && verdict.What == what)
            {
                elements = fewer;
            }
        }

        return elements;
    }
}
