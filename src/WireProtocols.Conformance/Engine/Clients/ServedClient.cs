namespace WireProtocols.Conformance;

/// <summary>
/// A client that asked a server for a case: one request. Nobody else comes, nothing is reported, and the client is gone when its answer is complete
/// or its connection has ended.
/// </summary>
internal sealed class ServedClient : IClientEntrance, IClientLauncher, IClientRun
{
    public ServedClient(RawPipe transport, ClientRequest request)
    {
        Inbox.Add(new PendingClient(transport, request, [], 1, _ => transport.Release()));
        Ended = EndAsync(transport);
    }

    public ClientInbox Inbox { get; } = new();

    public Task<string> Ended { get; }

    public IClientRun Start(Uri url) => this;

    public Task DrainAsync(CancellationToken stop) => Task.CompletedTask;

    public ValueTask DisposeAsync() => default;

    private static async Task<string> EndAsync(RawPipe transport)
    {
        await transport.Over;
        return "has its answer";
    }
}
