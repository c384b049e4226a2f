using System.Diagnostics;

namespace WireProtocols.Testing;

/// <summary>
/// Looks for an input on which a target fails. The library under test is woven (<see cref="Weaver"/>), so an input that reaches something new is kept
/// and built upon. Now and then a piece of a kept input is repeated, to see whether the work grows faster than the input.
/// </summary>
public sealed class FuzzSearch : IDisposable
{
    private const int GrowthInterval = 2048;
    private const int GrowthShare = 16;
    private const int LongestPieceBits = 8;
    private const int ReportInterval = 64;
    private const int ShortEnough = 16;
    private const int MostCuts = 24;

    private readonly FuzzSearchOptions _options;
    private readonly FuzzRun _run;
    private readonly GrowthCheck _growth;
    private readonly FuzzMutator _mutator;
    private readonly Random _dice;
    private readonly EdgeMap _edges = new();
    private readonly List<byte[]> _kept = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _executions;
    private long _lastNew;

    // The blocks of all inputs, and how many there must be before growth is looked at again: long inputs take a sixteenth of the work at most.
    private long _work;
    private long _growthDue;
    private long _nextGrowth;

    /// <param name="target">What is run.</param>
    /// <param name="options">How it is made.</param>
    public FuzzSearch(FuzzTarget target, FuzzSearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _dice = new Random(options.Seed);
        _run = new FuzzRun(target, options.MaxSteps);
        _growth = new GrowthCheck(_run);
        _mutator = new FuzzMutator(_dice, target.Format, options.Words, options.MaxLength);

        // What runs only once, static constructors above all, is no property of an input.
        _run.Try([]);
        _edges.Use();
    }

    /// <summary>Searches until something fails, or a bound of the options is reached.</summary>
    /// <param name="progress">Told now and then how it stands.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public FuzzReport Run(Action<FuzzReport>? progress = null, CancellationToken cancellationToken = default)
    {
        foreach (byte[] seed in (IEnumerable<byte[]>)[[], .. _options.Seeds])
        {
            if (Try(seed, isSeed: true) is { } finding)
            {
                return Report(finding);
            }
        }

        long nextReport = 0;
        while (_executions < _options.MaxExecutions && !cancellationToken.IsCancellationRequested)
        {
            FuzzFinding? finding = _executions >= _nextGrowth && _work >= _growthDue ? TryGrowth() : null;
            finding ??= Try(_mutator.Next(_kept, Pick()));
            if (finding is not null)
            {
                return Report(finding);
            }

            if (_executions >= nextReport)
            {
                nextReport = _executions + ReportInterval;
                progress?.Invoke(Report(null));
                if (_options.Time is { } time && Stopwatch.GetElapsedTime(_started) > time)
                {
                    break;
                }
            }
        }

        return Report(null);
    }

    public void Dispose() => _edges.Dispose();

    private FuzzFinding? Try(byte[] input, bool isSeed = false)
    {
        if (Execute(input) is { } failure)
        {
            return Found(input, failure);
        }

        if (!_edges.Add() && _kept.Count > 0)
        {
            return null;
        }

        _lastNew = _executions;
        FuzzFinding? finding = isSeed ? null : Shorten(ref input);
        _kept.Add(input);
        return finding;
    }

    private Exception? Execute(byte[] input)
    {
        Exception? failure = _run.Try(input);
        _executions++;
        _work += _run.Steps;
        return failure;
    }

    private FuzzFinding Found(byte[] input, Exception failure)
    {
        string kind = FuzzRun.KindOf(failure);
        byte[] small = FuzzMinimizer.Minimize(input, i => _run.Try(i) is { } e && FuzzRun.KindOf(e) == kind);
        return new FuzzFinding(small, (_run.Try(small) ?? failure).ToString());
    }

    /// <summary>
    /// Drops pieces of an input that has just reached something new, as long as it reaches that: a search is as fast as its inputs are short. Each
    /// try is an input like any other, and may fail.
    /// </summary>
    private FuzzFinding? Shorten(ref byte[] input)
    {
        int cuts = 0;
        for (int size = input.Length / 2; size > 0 && cuts < MostCuts; size /= 2)
        {
            for (int at = 0; at + size <= input.Length && input.Length > ShortEnough && cuts < MostCuts; cuts++)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + size)];
                if (Execute(shorter) is { } failure)
                {
                    return Found(shorter, failure);
                }

                (input, at) = _edges.ReachesTheSame() ? (shorter, at) : (input, at + size);
            }
        }

        return null;
    }

    private FuzzFinding? TryGrowth()
    {
        _nextGrowth = _executions + GrowthInterval;
        byte[] input = Pick();
        if (input.Length < 2)
        {
            return null;
        }

        int at = _dice.Next(input.Length - 1);

        // Mostly a short piece: one that stays within an element, which grows with it.
        FuzzGrowth growth = new(at, 1 + _dice.Next(Math.Min(1 << _dice.Next(LongestPieceBits + 1), input.Length - at)));
        string? what = _growth.Find(input, growth);
        _edges.Clear();
        _growthDue = _work + (GrowthShare * _growth.Steps);
        return what is null ? null : new FuzzFinding(input, what, growth);
    }

    /// <summary>Half of the time one of the latest, which nobody has built upon yet; and the shorter of two, which is the faster one.</summary>
    private byte[] Pick()
    {
        int first = _dice.Next(2) == 0 ? 0 : Math.Max(0, _kept.Count - 1 - (_kept.Count / 4));
        byte[] one = _kept[_dice.Next(first, _kept.Count)];
        byte[] other = _kept[_dice.Next(first, _kept.Count)];
        return one.Length <= other.Length ? one : other;
    }

    private FuzzReport Report(FuzzFinding? finding)
        => new(_executions, _mutator.Structured, _kept.Count, _edges.Edges, _lastNew, Stopwatch.GetElapsedTime(_started), finding);
}
