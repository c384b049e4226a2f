using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace WireProtocols.Conformance;

/// <summary>
/// Clients that come by themselves, in a loop: each plays the case that its path names, or the next one. What came too late is asked once more when
/// all have been played.
/// </summary>
internal sealed class ClientQueue(ClientDesk desk, ConformanceOptions options)
{
    private static readonly TaskCompletionSource Never = new();
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);
    private readonly List<ConformanceCase> _left = [];
    private readonly List<ConformanceResult> _late = [];
    private bool _hasSpoken;

    /// <summary>How long to wait for the next client.</summary>
    private TimeSpan Patience => 3 * options.Timeout;

    public async IAsyncEnumerable<ConformanceResult> RunAsync(
        IReadOnlyList<ConformanceCase> cases, [EnumeratorCancellation] CancellationToken stop)
    {
        _left.AddRange(cases);
        bool hasCome = false;
        int confirmed = 0;
        long last = Stopwatch.GetTimestamp();
        while (_left.Count > 0 || _late.Count > 0)
        {
            PendingClient? client = await TakeAsync(Patience, stop);
            if (client is null)
            {
                break;
            }

            hasCome = true;
            (ConformanceCase? played, bool isAgain) = Choose(client.Request);
            if (played is null)
            {
                client.Transport.Dispose();
                if (Stopwatch.GetElapsedTime(last) > Patience)
                {
                    // Only clients come whose cases have all been played.
                    break;
                }

                continue;
            }

            ConformanceResult result = await desk.PlayAsync(played, client, isAgain ? options.Patient() : options, stop);
            last = Stopwatch.GetTimestamp();
            _hasSpoken |= !result.Finding.IsTimeout;
            if (IsMute(isAgain))
            {
                _late.Insert(0, result);
                int clients = _late.Count + (isAgain ? 1 : 0);
                foreach (ConformanceResult ended in _late.Concat(MuteClients.Skip(_left, clients)))
                {
                    yield return ended;
                }

                yield break;
            }

            confirmed += isAgain && result.Finding.IsTimeout ? 1 : 0;
            if (result.Finding.IsTimeout && !isAgain && confirmed < CaseSchedule.MaxSecondChances)
            {
                _late.Add(result);
            }
            else
            {
                yield return result;
            }

            if (confirmed >= CaseSchedule.MaxSecondChances)
            {
                foreach (ConformanceResult believed in _late)
                {
                    yield return believed;
                }

                _late.Clear();
            }
        }

        if (!hasCome)
        {
            throw new ConformanceUnreachableException($"no client came to {desk.Url} within {Patience.TotalSeconds:0.#} s.", null);
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

    /// <summary>
    /// The next client. One that has hung up has given up, or has asked again on another connection: a case that was played with it would say
    /// something about its next case.
    /// </summary>
    private async Task<PendingClient?> TakeAsync(TimeSpan patience, CancellationToken stop)
    {
        PendingClient? client = await desk.Listener.Inbox.TakeAsync(_ => true, patience, Never.Task, stop);
        while (client is not null && client.Transport.HasEnded
            && await desk.Listener.Inbox.TakeAsync(_ => true, Moment, Never.Task, stop) is { } next)
        {
            client.Transport.Dispose();
            client = next;
        }

        return client;
    }

    /// <summary>The one that was waited for longer has said nothing either; clients that name their cases are not asked again before.</summary>
    private bool IsMute(bool wasAgain) => !_hasSpoken && (wasAgain || _late.Count >= 2 * MuteClients.Enough);

    private (ConformanceCase? Played, bool IsAgain) Choose(ClientRequest request)
    {
        string? named = desk.Named(request);
        bool isNext = _left.Count > 0 && (_hasSpoken || _late.Count < MuteClients.Enough);
        int at = named is null ? (isNext ? 0 : -1) : _left.FindIndex(c => c.Id == named);
        if (at >= 0)
        {
            ConformanceCase next = _left[at];
            _left.RemoveAt(at);
            return (next, false);
        }

        int late = named is null
            ? Math.Max(0, _late.FindIndex(r => r.Verdict != ConformanceVerdict.Pass))
            : _late.FindIndex(r => r.Case.Id == named);
        if (late < 0)
        {
            return (null, false);
        }

        ConformanceCase again = _late[late].Case;
        _late.RemoveAt(late);
        return (again, true);
    }
}
