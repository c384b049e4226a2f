using System.Diagnostics;
using System.Runtime.CompilerServices;
using WireProtocols.WebTransport;

namespace WireProtocols.Conformance;

/// <summary>Plays cases against a subject that listens.</summary>
public static class ConformanceRunner
{
    /// <summary>How long an opening that was told to end may take to do so.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

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
        ConformanceShared shared = new();
        CaseSchedule schedule = new((played, bounds, stop) => PlayAsync(
            played,
            new ConformanceContext(subject, bounds, SeedOf(played, bounds), stop, bounds == options ? shared : new ConformanceShared())),
            options);
        await foreach (ConformanceResult result in schedule.RunAsync([.. cases], cancellationToken))
        {
            yield return result;
        }
    }

    /// <summary>Plays one case.</summary>
    public static Task<ConformanceResult> PlayAsync(
        Uri subject, ConformanceCase played, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(played);
        options ??= new ConformanceOptions();
        return PlayAsync(played, new ConformanceContext(subject, options, SeedOf(played, options), cancellationToken));
    }

    /// <summary>Plays one case in a context that is there for it.</summary>
    internal static async Task<ConformanceResult> PlayAsync(ConformanceCase played, ConformanceContext context)
    {
        long start = Stopwatch.GetTimestamp();
        ConformanceFinding finding;
        try
        {
            finding = await played.PlayAsync(context).WaitAsync(context.Options.MaxTime, context.Stop);
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
            finding = ConformanceFinding.Late($"the case was not over after {context.Options.MaxTime.TotalSeconds:0} s");
        }

        return new ConformanceResult(played, finding, context.Trace.Lines, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>What the dice of a case are made from; it is the same in every process.</summary>
    internal static int SeedOf(ConformanceCase played, ConformanceOptions options)
        => played.Id.Aggregate(17, (hash, character) => unchecked((hash * 31) + character)) ^ options.Seed;

    private static async Task ReachAsync(Uri subject, ConformanceOptions options, CancellationToken stop)
    {
        ConformanceContext context = new(subject, options, 0, stop);
        if (options.OpenCarrier is not null)
        {
            await using IQuicCarrier carrier = await CarrierAsync(context);
            return;
        }

        await using RawConnection connection = await RawConnection.OpenAsync(context);
    }

    /// <summary>A QUIC connection to the subject.</summary>
    /// <exception cref="ConformanceUnreachableException">There is none to be had.</exception>
    internal static async Task<IQuicCarrier> CarrierAsync(ConformanceContext context)
    {
        if (context.Options.OpenCarrier is not { } open)
        {
            throw new ConformanceUnreachableException("a WebTransport server is reached over QUIC, and there is no carrier for it.", null);
        }

        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        late.CancelAfter(context.Options.Timeout);
        try
        {
            return await InTimeAsync(open(context.Subject, late.Token).AsTask(), late.Token);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            throw new ConformanceUnreachableException($"{context.Subject} cannot be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!context.Stop.IsCancellationRequested)
        {
            throw new ConformanceUnreachableException($"{context.Subject} cannot be reached: there was no connection in time", exception);
        }
    }

    /// <summary>An opening that goes on would take the connection of the next case: its end is waited for.</summary>
    private static async Task<IQuicCarrier> InTimeAsync(Task<IQuicCarrier> opening, CancellationToken late)
    {
        try
        {
            return await opening.WaitAsync(late);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            await Task.WhenAny(DropAsync(opening), Task.Delay(Grace, CancellationToken.None));
            throw;
        }
    }

    /// <summary>Disposes of what is opened too late, whenever it is.</summary>
    private static async Task DropAsync(Task<IQuicCarrier> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await (await opening).DisposeAsync();
        }
    }
}
