using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace WireProtocols.Conformance;

/// <summary>Plays cases against a subject.</summary>
public static class ConformanceRunner
{
    /// <summary>After so many late answers that stayed late the machine is not to blame, and no more is asked again.</summary>
    private const int MaxSecondChances = 4;

    /// <summary>Plays the cases, several at a time, and says what each found as soon as it is over.</summary>
    /// <param name="subject">Where the subject listens.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="options">Bounds; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ConformanceUnreachableException">Nobody listens there.</exception>
    public static async IAsyncEnumerable<ConformanceResult> RunAsync(
        Uri subject,
        IEnumerable<ConformanceCase> cases,
        ConformanceOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(cases);
        options ??= new ConformanceOptions();
        await ReachAsync(subject, options, cancellationToken);
        ConformanceCase[] all = [.. cases];
        Queue<ConformanceResult> late = new();
        await foreach (ConformanceResult result in PlayTogetherAsync(subject, [.. all.Where(c => !c.IsHeavy)], options, cancellationToken))
        {
            if (result.Finding.IsTimeout)
            {
                late.Enqueue(result);
            }
            else
            {
                yield return result;
            }
        }

        foreach (ConformanceCase heavy in all.Where(c => c.IsHeavy))
        {
            ConformanceResult result = await PlayAsync(subject, heavy, options, cancellationToken);
            if (result.Finding.IsTimeout)
            {
                late.Enqueue(result);
            }
            else
            {
                yield return result;
            }
        }

        // Nothing else runs now: what is late again is late for a reason of the subject's.
        int confirmed = 0;
        while (late.TryDequeue(out ConformanceResult? first))
        {
            ConformanceResult result = confirmed < MaxSecondChances
                ? await PlayAsync(subject, first.Case, options with { Timeout = 2 * options.Timeout }, cancellationToken)
                : first;
            confirmed += result.Finding.IsTimeout ? 1 : 0;
            yield return result;
        }
    }

    /// <summary>Plays one case.</summary>
    public static async Task<ConformanceResult> PlayAsync(
        Uri subject, ConformanceCase played, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(played);
        options ??= new ConformanceOptions();
        ConformanceContext context = new(subject, options, HashOf(played.Id) ^ options.Seed, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        ConformanceFinding finding;
        try
        {
            finding = await played.PlayAsync(context).WaitAsync(options.MaxTime, cancellationToken);
        }
        catch (ConformanceEndException end)
        {
            finding = end.Finding;
        }
        catch (ConformanceUnreachableException exception)
        {
            finding = ConformanceFinding.Late($"the subject takes no connection any more: {exception.Message}");
        }
        catch (TimeoutException)
        {
            finding = ConformanceFinding.Late($"the case was not over after {options.MaxTime.TotalSeconds:0} s");
        }

        return new ConformanceResult(played, finding, context.Trace.Lines, Stopwatch.GetElapsedTime(start));
    }

    private static async Task ReachAsync(Uri subject, ConformanceOptions options, CancellationToken stop)
    {
        ConformanceContext context = new(subject, options, 0, stop);
        await using RawConnection connection = await RawConnection.OpenAsync(context);
    }

    private static async IAsyncEnumerable<ConformanceResult> PlayTogetherAsync(
        Uri subject, ConformanceCase[] cases, ConformanceOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        Channel<ConformanceResult> results = Channel.CreateUnbounded<ConformanceResult>();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Jobs, CancellationToken = stop };
        Task playing = Parallel.ForEachAsync(
            cases,
            parallel,
            async (played, token) => results.Writer.TryWrite(await PlayAsync(subject, played, options, token)));
        _ = playing.ContinueWith(t => results.Writer.TryComplete(t.Exception?.InnerException), TaskScheduler.Default);
        await foreach (ConformanceResult result in results.Reader.ReadAllAsync(stop))
        {
            yield return result;
        }
    }

    /// <summary>A hash that is the same in every process.</summary>
    private static int HashOf(string text) => text.Aggregate(17, (hash, character) => unchecked((hash * 31) + character));
}
