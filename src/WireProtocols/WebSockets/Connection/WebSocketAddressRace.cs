using System.Net;
using System.Net.Sockets;

namespace WireProtocols.WebSockets;

/// <summary>
/// Connects to the first of several addresses that answers ("Happy Eyeballs", RFC 8305), so that a client whose IPv6 leads nowhere is not kept
/// waiting for it.
/// </summary>
internal static class WebSocketAddressRace
{
    /// <summary>"Connection Attempt Delay ... The recommended value for a default delay is 250 milliseconds" (RFC 8305 §5, §8).</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>The addresses of both families in turn, IPv6 first (RFC 8305 §4), each family in its order.</summary>
    public static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        IPAddress[] preferred = [.. addresses.Where(a => a.AddressFamily == AddressFamily.InterNetworkV6)];
        IPAddress[] others = [.. addresses.Where(a => a.AddressFamily != AddressFamily.InterNetworkV6)];
        return
        [
            .. Enumerable.Range(0, Math.Max(preferred.Length, others.Length))
                .SelectMany(i => preferred.Skip(i).Take(1).Concat(others.Skip(i).Take(1))),
        ];
    }

    /// <summary>
    /// Begins an attempt a delay after the one before, or as soon as that has failed. The first that connects wins; the others are cancelled, and
    /// what they may bring is disposed.
    /// </summary>
    /// <param name="addresses">The addresses in the order of the attempts.</param>
    /// <param name="connect">Makes an attempt.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <exception cref="IOException">Every attempt failed. The message has all that they said.</exception>
    public static async Task<T> RunAsync<T>(
        IReadOnlyList<IPAddress> addresses,
        Func<IPAddress, CancellationToken, Task<T>> connect,
        TimeProvider time,
        CancellationToken cancellationToken)
        where T : IDisposable
    {
        using CancellationTokenSource lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Dictionary<Task<T>, IPAddress> running = [];
        List<(IPAddress Address, Exception Reason)> failures = [];
        try
        {
            for (int next = 0; next < addresses.Count || running.Count > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                bool isLast = next >= addresses.Count;
                if (!isLast)
                {
                    running.Add(connect(addresses[next], lost.Token), addresses[next]);
                    next++;
                    isLast = next == addresses.Count;
                }

                if (await WaitAsync(running.Keys, isLast ? Timeout.InfiniteTimeSpan : AttemptDelay, time, lost.Token).ConfigureAwait(false)
                    is not { } ended)
                {
                    continue;
                }

                running.Remove(ended, out IPAddress? address);
                if (ended.IsCompletedSuccessfully)
                {
                    return await ended.ConfigureAwait(false);
                }

                failures.Add((address!, ended.Exception?.InnerException ?? new OperationCanceledException(cancellationToken)));
            }
        }
        finally
        {
            await lost.CancelAsync().ConfigureAwait(false);
            foreach (Task<T> late in running.Keys)
            {
                _ = DisposeLateAsync(late);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw ToException(failures);
    }

    /// <summary>Waits for an attempt to end; null where none has in that time.</summary>
    private static async Task<Task<T>?> WaitAsync<T>(
        IEnumerable<Task<T>> running, TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pause = Task.Delay(delay, time, enough.Token);
        Task first = await Task.WhenAny([.. running, pause]).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        return first as Task<T>;
    }

    private static async Task DisposeLateAsync<T>(Task<T> late)
        where T : IDisposable
    {
        try
        {
            (await late.ConfigureAwait(false)).Dispose();
        }
        catch (Exception)
        {
            // It has lost in any case.
        }
    }

    private static IOException ToException(List<(IPAddress Address, Exception Reason)> failures) => failures switch
    {
        [] => new IOException("The host has no address."),
        [var only] => new IOException(only.Reason.Message, only.Reason),
        _ => new IOException(
            $"None of the host's addresses could be reached: {string.Join("; ", failures.Select(f => $"{f.Address}: {f.Reason.Message}"))}.",
            new AggregateException(failures.Select(f => f.Reason))),
    };
}
