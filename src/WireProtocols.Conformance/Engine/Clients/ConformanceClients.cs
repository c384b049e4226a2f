using System.IO.Pipelines;

namespace WireProtocols.Conformance;

/// <summary>Clients that need no listener: in this process, or over carriers.</summary>
public static class ConformanceClients
{
    /// <summary>Starts a client that is a command; disposing ends it.</summary>
    /// <param name="command">A line for the shell; <c>{url}</c> in it is where the client goes.</param>
    /// <param name="url">Where it goes.</param>
    /// <exception cref="ConformanceUnreachableException">It cannot be started.</exception>
    public static IAsyncDisposable Start(string command, Uri url)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(url);
        return new ClientCommand(command).Start(url);
    }

    /// <summary>Plays one case with a client in this process, over a connection in memory. For cases without reports: those of WebSocket
    /// clients.</summary>
    /// <param name="played">The case.</param>
    /// <param name="client">Is started for each connection: speaks with the server at the URL over the pipe until the server ends the
    /// connection, or until it is cancelled.</param>
    /// <param name="options">Bounds; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the case, and the client.</param>
    public static async Task<ConformanceResult> PlayAsync(
        ConformanceCase played,
        Func<Uri, IDuplexPipe, CancellationToken, Task> client,
        ConformanceOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(played);
        ArgumentNullException.ThrowIfNull(client);
        options ??= new ConformanceOptions();
        PipeClients clients = new(client);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ClientContext context = new(
            new Uri("ws://localhost" + ClientRequest.PathOfCase(played.Id)),
            new ClientSeat(played.Id),
            clients,
            options,
            ConformanceRunner.SeedOf(played, options),
            clients,
            _ => false,
            null,
            over.Token);
        try
        {
            context.Start();
            return await ConformanceRunner.PlayAsync(played, context);
        }
        finally
        {
            clients.Inbox.Clear(_ => true);
            await over.CancelAsync();
            await context.EndClientsAsync();
        }
    }
}
