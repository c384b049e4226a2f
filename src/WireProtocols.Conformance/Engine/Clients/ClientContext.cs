namespace WireProtocols.Conformance;

/// <summary>What the case of a client works with: its connections and its reports.</summary>
/// <param name="url">What the client was told to read.</param>
/// <param name="seat">The case.</param>
/// <param name="launcher">Starts the client; null where clients come by themselves.</param>
/// <param name="options">Bounds.</param>
/// <param name="seed">Of the dice.</param>
/// <param name="entrance">Where the client comes in.</param>
/// <param name="isOther">Whether a request is for another case.</param>
/// <param name="first">A connection that has been taken already.</param>
/// <param name="stop">Ends the run.</param>
internal sealed class ClientContext(
    Uri url,
    ClientSeat seat,
    IClientLauncher? launcher,
    ConformanceOptions options,
    int seed,
    IClientEntrance entrance,
    Func<ClientRequest, bool> isOther,
    PendingClient? first,
    CancellationToken stop)
    : ConformanceContext(url, options, seed, stop)
{
    private static readonly TaskCompletionSource Never = new();
    private readonly List<IClientRun> _clients = [];
    private PendingClient? _first = first;

    /// <summary>A connection came.</summary>
    public bool HasCome { get; private set; }

    /// <summary>The id of the case.</summary>
    public string Case => seat.Case;

    /// <summary>A path that is for the case; so is what stands below it.</summary>
    public string Path => Subject.AbsolutePath.Length > 1 ? Subject.AbsolutePath : ClientRequest.PathOfCase(Case);

    /// <summary>What the client has reported so far.</summary>
    public IReadOnlyList<ClientReport> Reports => seat.Reports.All;

    /// <summary>How many requests brought reports.</summary>
    public int ReportPosts => seat.Reports.Posts;

    /// <summary>How the client ended; null where it runs, or where the examiner did not start it.</summary>
    public string? Ended => _clients is [.., { Ended: { IsCompletedSuccessfully: true } ended }] ? ended.Result : null;

    /// <summary>How the client ended, where it does within a moment.</summary>
    public async Task<string?> WaitForEndAsync(TimeSpan patience)
    {
        if (_clients.Count > 0)
        {
            await Task.WhenAny(_clients[^1].Ended, Task.Delay(patience, Stop));
        }

        return Ended;
    }

    /// <summary>The examiner starts the client, and tells it the URL of the case.</summary>
    public bool IsStarted => launcher is not null;

    /// <summary>Starts the client, where it does not come by itself.</summary>
    /// <exception cref="ConformanceUnreachableException">It cannot be started.</exception>
    public void Start()
    {
        if (launcher is not null)
        {
            _clients.Add(launcher.Start(Subject));
        }
    }

    /// <summary>A connection of the client started once more, or of the next in the loop.</summary>
    /// <exception cref="ConformanceEndException">None came.</exception>
    public Task<ClientArrival> AcceptAnotherAsync()
    {
        Start();
        return AcceptAsync();
    }

    /// <summary>Ends the clients that were started.</summary>
    public async Task EndClientsAsync()
    {
        foreach (IClientRun client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    /// <summary>The next request of the client.</summary>
    /// <exception cref="ConformanceEndException">None came.</exception>
    public async Task<ClientArrival> AcceptAsync(TimeSpan? patience = null)
        => await TryAcceptAsync(patience) ?? throw new ConformanceEndException(ConformanceFinding.Late(
            Ended is { } how ? $"no {(HasCome ? "further " : "")}request came: the client {how}"
                : $"no {(HasCome ? "further " : "")}request came within {(patience ?? Options.Timeout).TotalSeconds:0.#} s"));

    /// <summary>The next request of the client.</summary>
    /// <returns>Null where none came in time, or where the client is gone.</returns>
    public async Task<ClientArrival?> TryAcceptAsync(TimeSpan? patience = null)
    {
        PendingClient? pending = Interlocked.Exchange(ref _first, null)
            ?? await entrance.Inbox.TakeAsync(r => !isOther(r), patience ?? Options.Timeout, GoneAsync(), Stop);
        if (pending is null)
        {
            return null;
        }

        HasCome = true;
        RawConnection connection = RawConnection.Take(pending.Transport, pending.Behind, this);
        Trace.Add(isSent: false, $"request '{pending.Request}'", pending.Request.Head);
        return new ClientArrival(pending.Request, connection, pending.Number, pending.HandBack);
    }

    /// <summary>Waits for reports.</summary>
    /// <param name="isEnough">Whether these are all that is waited for.</param>
    /// <param name="patience">How long; null for the time of an answer.</param>
    /// <returns>Whether it was enough; what came is in <see cref="Reports"/> in any case.</returns>
    public async Task<bool> WaitForReportsAsync(Func<IReadOnlyList<ClientReport>, bool> isEnough, TimeSpan? patience = null)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task late = Task.Delay(patience ?? Options.Timeout, over.Token);
        Task gone = GoneAsync();
        try
        {
            while (true)
            {
                Task changed = seat.Reports.Changed;
                bool isLast = late.IsCompleted || gone.IsCompleted;
                if (isEnough(Reports))
                {
                    return true;
                }

                Stop.ThrowIfCancellationRequested();
                if (isLast)
                {
                    return false;
                }

                await Task.WhenAny(changed, late, gone);
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>Nothing comes any more: the client is gone, and what it left on the way has been read.</summary>
    private async Task GoneAsync()
    {
        if (_clients.Count == 0)
        {
            await Never.Task;
            return;
        }

        await _clients[^1].Ended;
        await entrance.DrainAsync(Stop);
    }
}
