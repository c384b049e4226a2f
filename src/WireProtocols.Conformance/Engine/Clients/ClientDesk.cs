using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>A case that was played with a client that was started for it.</summary>
/// <param name="Result">What was found.</param>
/// <param name="HasCome">The client connected.</param>
/// <param name="Ended">How it ended by itself; null where it had to be ended.</param>
internal sealed record ClientPlay(ConformanceResult Result, bool HasCome, string? Ended);

/// <summary>A place where one case of a client is played at a time: a listener of its own.</summary>
/// <param name="listener">The listener.</param>
/// <param name="scheme">Of the URL that the client is told.</param>
/// <param name="known">The ids of all cases: a request that names one is for no other.</param>
internal sealed class ClientDesk(ClientListener listener, string scheme, IReadOnlySet<string> known) : IAsyncDisposable
{
    public ClientListener Listener => listener;

    public Uri Url => UrlOf("/");

    /// <summary>Plays a case, with a client that is started for it.</summary>
    public async Task<ClientPlay> PlayAsync(ConformanceCase played, IClientLauncher launcher, ConformanceOptions options, CancellationToken stop)
    {
        Uri url = UrlOf(ClientRequest.PathOfCase(played.Id));
        listener.Inbox.Clear(_ => true);
        listener.Seat = new ClientSeat(played.Id);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ClientContext context = Enter(url, launcher, null, played, options, over.Token);
        try
        {
            context.Start();
            ConformanceResult result = await ConformanceRunner.PlayAsync(played, context);
            return new ClientPlay(WithEnd(result, context.Ended), context.HasCome, context.Ended);
        }
        finally
        {
            await over.CancelAsync();
            await context.EndClientsAsync();
            listener.Seat = null;
        }
    }

    /// <summary>What a command complained about when it ended helps whoever reads of a failure.</summary>
    private static ConformanceResult WithEnd(ConformanceResult result, string? ended)
        => result.Verdict == ConformanceVerdict.Fail && ended is not null && ended.Contains(':', StringComparison.Ordinal)
            && !result.Finding.Got.Contains(ended, StringComparison.Ordinal)
            ? result with { Finding = result.Finding with { Got = $"{result.Finding.Got} (the client {ended})" } }
            : result;

    /// <summary>Plays a case with a client that has come.</summary>
    public async Task<ConformanceResult> PlayAsync(ConformanceCase played, PendingClient first, ConformanceOptions options, CancellationToken stop)
    {
        listener.Seat = new ClientSeat(played.Id);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            return await ConformanceRunner.PlayAsync(played, Enter(Url, null, first, played, options, over.Token));
        }
        finally
        {
            await over.CancelAsync();
            listener.Seat = null;
        }
    }

    /// <summary>The case that a request names: the longest id that fits.</summary>
    public string? Named(ClientRequest request)
        => request.Case is null ? null : known.Where(request.Names).MaxBy(id => id.Length);

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private ClientContext Enter(
        Uri url,
        IClientLauncher? launcher,
        PendingClient? first,
        ConformanceCase played,
        ConformanceOptions options,
        CancellationToken stop)
        => new(
            url,
            listener.Seat!,
            launcher,
            options,
            ConformanceRunner.SeedOf(played, options),
            listener,
            request => Named(request) is { } other && other != played.Id,
            first,
            stop);

    private Uri UrlOf(string path) => new(string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{listener.Port}{path}"));
}
