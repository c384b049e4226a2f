using System.Runtime.CompilerServices;

namespace WireProtocols.Conformance;

/// <summary>
/// Clients that come by themselves, in a loop: each plays the case that its path names, or the next one. What came too late is asked once more when
/// all have been played.
/// </summary>
internal sealed class ClientQueue(ClientDesk desk, ConformanceOptions options)
{
    private static readonly TaskCompletionSource Never = new();
    private readonly List<ConformanceCase> _left = [];
    private readonly Queue<ConformanceResult> _late = new();

    public async IAsyncEnumerable<ConformanceResult> RunAsync(
        IReadOnlyList<ConformanceCase> cases, [EnumeratorCancellation] CancellationToken stop)
    {
        _left.AddRange(cases);
        bool hasCome = false;
        int confirmed = 0;
        while (_left.Count > 0 || _late.Count > 0)
        {
            PendingClient? client = await desk.Listener.Inbox.TakeAsync(_ => true, 3 * options.Timeout, Never.Task, stop);
            if (client is null)
            {
                break;
            }

            hasCome = true;
            (ConformanceCase? played, bool isAgain) = Choose(client.Request);
            if (played is null)
            {
                client.Socket.Dispose();
                continue;
            }

            ConformanceResult result = await desk.PlayAsync(played, client, isAgain ? options.Patient() : options, stop);
            confirmed += isAgain && result.Finding.IsTimeout ? 1 : 0;
            if (result.Finding.IsTimeout && !isAgain && confirmed < CaseSchedule.MaxSecondChances)
            {
                _late.Enqueue(result);
            }
            else
            {
                yield return result;
            }

            while (confirmed >= CaseSchedule.MaxSecondChances && _late.TryDequeue(out ConformanceResult? believed))
            {
                yield return believed;
            }
        }

        if (!hasCome)
        {
            throw new ConformanceUnreachableException($"no client came to {desk.Url} within {3 * options.Timeout.TotalSeconds:0.#} s.", null);
        }

        foreach (ConformanceResult result in _late)
        {
            yield return result;
        }

        foreach (ConformanceCase missed in _left)
        {
            yield return new ConformanceResult(missed, ConformanceFinding.Skip("no client came any more"), [], TimeSpan.Zero);
        }
    }

    private (ConformanceCase? Played, bool IsAgain) Choose(ClientRequest request)
    {
        string? named = desk.Named(request);
        int at = named is null ? (_left.Count > 0 ? 0 : -1) : _left.FindIndex(c => c.Id == named);
        if (at >= 0)
        {
            ConformanceCase next = _left[at];
            _left.RemoveAt(at);
            return (next, false);
        }

        return named is null || (_late.TryPeek(out ConformanceResult? late) && late.Case.Id == named)
            ? (_late.Dequeue().Case, true)
            : (null, false);
    }
}
