using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace WireProtocols.Conformance;

/// <summary>Listens on loopback and plays cases with the clients that connect.</summary>
public sealed class ConformanceListener : IAsyncDisposable
{
    private readonly string _scheme;
    private readonly HashSet<string> _known;
    private readonly ConformanceOptions _options;
    private readonly ClientDesk _first;

    private ConformanceListener(string scheme, HashSet<string> known, int port, ConformanceOptions options)
    {
        _scheme = scheme;
        _known = known;
        _options = options;
        _first = Open(port);
    }

    /// <summary>Where clients connect to: <c>ws://127.0.0.1:9001/</c>.</summary>
    public Uri Url => _first.Url;

    /// <summary>Begins to listen.</summary>
    /// <param name="scheme"><c>ws</c> or <c>http</c>: that of the URLs that clients are told.</param>
    /// <param name="cases">All cases that there are.</param>
    /// <param name="port">0 picks one.</param>
    /// <param name="options">Bounds; null for the defaults.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static ConformanceListener Start(string scheme, IEnumerable<ConformanceCase> cases, int port = 0, ConformanceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(cases);
        return new(scheme, [.. cases.Select(c => c.Id)], port, options ?? new ConformanceOptions());
    }

    /// <summary>Plays the cases one after the other with clients that come in a loop. It ends when all are played, or when nobody comes any
    /// more.</summary>
    /// <exception cref="ConformanceUnreachableException">Nobody ever came.</exception>
    public IAsyncEnumerable<ConformanceResult> RunAsync(IEnumerable<ConformanceCase> cases, CancellationToken cancellationToken = default)
        => new ClientQueue(_first, _options).RunAsync([.. cases], cancellationToken);

    /// <summary>Plays the cases, several at a time, with a command that is started for each.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="command">A line for the shell; <c>{url}</c> in it is what the client connects to.</param>
    /// <param name="cancellationToken">Ends the run, and the commands.</param>
    /// <exception cref="ConformanceUnreachableException">The command does not connect.</exception>
    public IAsyncEnumerable<ConformanceResult> RunAsync(
        IEnumerable<ConformanceCase> cases, string command, CancellationToken cancellationToken = default)
        => RunAsync([.. cases], new ClientCommand(command), cancellationToken);

    /// <summary>Plays the cases, several at a time, with a client in this process that is started for each.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="client">Connects to the URL, and ends when the server ends the connection, or when it is cancelled.</param>
    /// <param name="cancellationToken">Ends the run, and the clients.</param>
    /// <exception cref="ConformanceUnreachableException">The client does not connect.</exception>
    public IAsyncEnumerable<ConformanceResult> RunAsync(
        IEnumerable<ConformanceCase> cases, Func<Uri, CancellationToken, Task> client, CancellationToken cancellationToken = default)
        => RunAsync([.. cases], new ClientFunction(client), cancellationToken);

    /// <summary>Plays one case with a client in this process.</summary>
    public async Task<ConformanceResult> PlayAsync(
        ConformanceCase played, Func<Uri, CancellationToken, Task> client, CancellationToken cancellationToken = default)
        => (await _first.PlayAsync(played, new ClientFunction(client), _options, cancellationToken)).Result;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _first.DisposeAsync();

    private async IAsyncEnumerable<ConformanceResult> RunAsync(
        ConformanceCase[] cases, IClientLauncher launcher, [EnumeratorCancellation] CancellationToken stop)
    {
        if (cases.Length == 0)
        {
            yield break;
        }

        ClientPlay first = await _first.PlayAsync(cases[0], launcher, _options, stop);
        if (!first.HasCome)
        {
            throw new ConformanceUnreachableException(
                $"the client did not connect to {Url}: it {first.Ended ?? $"had not after {_options.Timeout.TotalSeconds:0.#} s"}.", null);
        }

        if (!first.Result.Finding.IsTimeout)
        {
            yield return first.Result;
            cases = cases[1..];
        }
        else if (cases.Length > 1 && await HearAsync(cases, launcher, stop) is { } mute)
        {
            foreach (ConformanceResult result in mute.Concat(MuteClients.Skip(cases[mute.Length..], mute.Length + 1)))
            {
                yield return result;
            }

            yield break;
        }

        // A report names no case, only the origin that the client was told: cases at the same time have a listener each.
        Channel<ClientDesk> free = Channel.CreateUnbounded<ClientDesk>();
        List<ClientDesk> more = [.. Enumerable.Range(1, _options.Jobs - 1).Select(_ => Open(0))];
        try
        {
            foreach (ClientDesk desk in more.Prepend(_first))
            {
                free.Writer.TryWrite(desk);
            }

            CaseSchedule schedule = new((played, options, token) => PlayAsync(free, played, launcher, options, token), _options);
            await foreach (ConformanceResult result in schedule.RunAsync(cases, stop))
            {
                yield return result;
            }
        }
        finally
        {
            foreach (ClientDesk desk in more)
            {
                await desk.DisposeAsync();
            }
        }
    }

    /// <summary>The first client has said nothing: is it given more time, and is another one given a chance, do they?</summary>
    /// <returns>What was found where none did; else null.</returns>
    private async Task<ConformanceResult[]?> HearAsync(ConformanceCase[] cases, IClientLauncher launcher, CancellationToken stop)
    {
        ClientPlay again = await _first.PlayAsync(cases[0], launcher, _options.Patient(), stop);
        if (!again.Result.Finding.IsTimeout)
        {
            return null;
        }

        ClientPlay next = await _first.PlayAsync(cases[1], launcher, _options, stop);
        return next.Result.Finding.IsTimeout ? [again.Result, next.Result] : null;
    }

    private static async Task<ConformanceResult> PlayAsync(
        Channel<ClientDesk> free, ConformanceCase played, IClientLauncher launcher, ConformanceOptions options, CancellationToken stop)
    {
        ClientDesk desk = await free.Reader.ReadAsync(stop);
        try
        {
            return (await desk.PlayAsync(played, launcher, options, stop)).Result;
        }
        finally
        {
            free.Writer.TryWrite(desk);
        }
    }

    private ClientDesk Open(int port) => new(ClientListener.Start(port, _options.Timeout), _scheme, _known);
}
