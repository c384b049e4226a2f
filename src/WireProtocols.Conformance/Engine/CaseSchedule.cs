using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace WireProtocols.Conformance;

/// <summary>Plays one case.</summary>
internal delegate Task<ConformanceResult> CasePlayer(ConformanceCase played, ConformanceOptions options, CancellationToken stop);

/// <summary>In what order cases are played: several at a time, the heavy ones alone, and what came too late once more, alone.</summary>
internal sealed class CaseSchedule(CasePlayer player, ConformanceOptions options)
{
    /// <summary>After so many late answers that stayed late the machine is not to blame, and no more is asked again.</summary>
    public const int MaxSecondChances = 4;

    /// <summary>Where so many are late, half of the chances tell.</summary>
    private const int Many = 8;

    /// <summary>One of so many is few.</summary>
    private const int Few = 16;
    private readonly HashSet<ConformanceCase> _hasty = [];
    private int _late;
    private int _played;

    /// <summary>Plays the cases, and says what each found as soon as it is over.</summary>
    public async IAsyncEnumerable<ConformanceResult> RunAsync(
        IReadOnlyList<ConformanceCase> cases, [EnumeratorCancellation] CancellationToken stop)
    {
        List<ConformanceResult> late = [];
        await foreach (ConformanceResult result in PlayTogetherAsync([.. cases.Where(c => !c.IsHeavy)], stop))
        {
            if (result.Finding.IsTimeout)
            {
                late.Add(result);
            }
            else
            {
                yield return result;
            }
        }

        foreach (ConformanceCase heavy in cases.Where(c => c.IsHeavy))
        {
            ConformanceResult result = await PlayAsync(heavy, stop);
            if (result.Finding.IsTimeout)
            {
                late.Add(result);
            }
            else
            {
                yield return result;
            }
        }

        // Nothing else runs now: what is late again is late for a reason of the subject's. Accusations come first.
        int confirmed = 0;
        int chances = late.Count >= Many ? MaxSecondChances / 2 : MaxSecondChances;
        foreach (ConformanceResult first in late.OrderBy(r => r.Verdict == ConformanceVerdict.Pass).ThenByDescending(r => r.Case.Explains))
        {
            ConformanceResult result = confirmed < chances ? await player(first.Case, options.Patient(), stop)
                : !_hasty.Contains(first.Case) ? first
                : first with { Finding = ConformanceFinding.Skip($"{first.Finding.Got}; so much came too late that it was not asked again") };
            confirmed += result.Finding.IsTimeout ? 1 : 0;
            yield return result;
        }
    }

    private async IAsyncEnumerable<ConformanceResult> PlayTogetherAsync(
        ConformanceCase[] cases, [EnumeratorCancellation] CancellationToken stop)
    {
        Channel<ConformanceResult> results = Channel.CreateUnbounded<ConformanceResult>();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Jobs, CancellationToken = stop };
        Task playing = Parallel.ForEachAsync(
            cases,
            parallel,
            async (played, token) => results.Writer.TryWrite(await PlayAsync(played, token)));
        _ = playing.ContinueWith(t => results.Writer.TryComplete(t.Exception?.InnerException), TaskScheduler.Default);
        await foreach (ConformanceResult result in results.Reader.ReadAllAsync(stop))
        {
            yield return result;
        }
    }

    /// <summary>Where so much is late that the subject is to blame, the rest gets less time. What is late of that is asked again, or not
    /// believed. A few among very many are a moment in which the machine was busy.</summary>
    private async Task<ConformanceResult> PlayAsync(ConformanceCase played, CancellationToken stop)
    {
        int late = Volatile.Read(ref _late);
        bool isHasty = late >= MaxSecondChances && late * Few >= Volatile.Read(ref _played);
        ConformanceResult result = await player(played, isHasty ? options.Hasty() : options, stop);
        Interlocked.Increment(ref _played);
        if (result.Finding.IsTimeout)
        {
            Interlocked.Increment(ref _late);
            lock (_hasty)
            {
                if (isHasty)
                {
                    _hasty.Add(played);
                }
            }
        }

        return result;
    }
}
