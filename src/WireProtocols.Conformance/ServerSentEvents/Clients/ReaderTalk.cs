using System.Diagnostics;

namespace WireProtocols.Conformance;

/// <summary>A request of the client, and when it came.</summary>
internal sealed record ReaderRequest(ClientRequest Head, TimeSpan At);

/// <summary>The talk with one client: its requests are answered, and its reports are waited for.</summary>
internal sealed class ReaderTalk(ClientContext context, int maxRequests = ReaderTalk.MaxRequests)
{
    /// <summary>A client that comes this often does not stop by itself.</summary>
    public const int MaxRequests = 40;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<ReaderRequest> _requests = [];
    private Task<ClientArrival?>? _accepting;
    private bool _isNext;

    public ClientContext Context => context;

    public IReadOnlyList<ReaderRequest> Requests => _requests;

    /// <summary>When the last answer had been sent.</summary>
    public TimeSpan AnsweredAt { get; private set; }

    public IReadOnlyList<ReaderEvent> Events => [.. context.Reports.Select(ReaderEvent.Of).OfType<ReaderEvent>()];

    public bool HasReported => context.ReportPosts > 0;

    public bool HasError => context.Reports.Any(r => r.Kind == "error");

    /// <summary>A request that comes behind a report is the same client's for sure: its URL names the case.</summary>
    public bool IsNamed => context.Subject.AbsolutePath.Length > 1;

    private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>Answers requests until there is enough.</summary>
    /// <param name="answer">Answers one.</param>
    /// <param name="isOver">Whether that is all; asked when a report or a request has come.</param>
    /// <param name="patience">How long to wait for the next report or request.</param>
    /// <returns>False where nothing came any more.</returns>
    public async Task<bool> RunAsync(Func<ClientArrival, int, Task> answer, Func<bool> isOver, TimeSpan patience)
    {
        context.Allow(maxRequests + 4);
        while (!isOver() && !_isNext)
        {
            _accepting ??= context.TryAcceptAsync(context.Options.MaxTime);
            Task<bool> reporting = context.WaitForReportsAsync(_ => isOver(), patience);
            await Task.WhenAny(_accepting, reporting);
            if (!_accepting.IsCompleted)
            {
                return await reporting;
            }

            ClientArrival? arrival = await _accepting;
            if (arrival is null)
            {
                return isOver();
            }

            _accepting = null;
            if (HasReported && !IsNamed)
            {
                // Who is in a loop has reported, and plays the next case.
                _isNext = true;
                GiveBack(arrival);
                return isOver();
            }

            _requests.Add(new ReaderRequest(arrival.Request, Now));
            if (_requests.Count > maxRequests)
            {
                await arrival.DisposeAsync();
                return false;
            }

            await answer(arrival, _requests.Count - 1);
            AnsweredAt = Now;
        }

        return isOver();
    }

    /// <summary>
    /// What comes now is for the next case. A client in a loop that has not reported yet is told to stop first, so that it does not report in
    /// the next one.
    /// </summary>
    public async Task EndAsync()
    {
        if (!IsNamed && !HasReported && _requests.Count > 0 && _requests.Count <= maxRequests)
        {
            await RunAsync((arrival, _) => ReaderReply.Stop.SendAsync(arrival), () => HasReported, context.Options.Timeout / 2);
        }

        _ = _accepting?.ContinueWith(
            accepted =>
            {
                if (accepted.IsCompletedSuccessfully && accepted.Result is { } arrival)
                {
                    GiveBack(arrival);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private static void GiveBack(ClientArrival arrival)
    {
        if (arrival.Connection.Detach() is { } rest)
        {
            arrival.HandBack([.. arrival.Request.Head, .. rest]);
        }
    }
}
