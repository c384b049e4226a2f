namespace WireProtocols.Conformance;

/// <summary>A connection whose head has been read, and that waits for its case.</summary>
/// <param name="Transport">The connection.</param>
/// <param name="Request">The head.</param>
/// <param name="Behind">What came behind the head.</param>
/// <param name="Number">Counts the connections of the listener: the same number is the same connection.</param>
/// <param name="HandBack">Gives the connection, and what has been read and not used, back to the listener.</param>
internal sealed record PendingClient(IRawTransport Transport, ClientRequest Request, byte[] Behind, int Number, Action<byte[]> HandBack);

/// <summary>The connections that wait.</summary>
internal sealed class ClientInbox
{
    private readonly List<PendingClient> _waiting = [];
    private readonly Lock _lock = new();
    private readonly ClientSignal _changed = new();

    public void Add(PendingClient client)
    {
        lock (_lock)
        {
            _waiting.Add(client);
        }

        _changed.Set();
    }

    /// <summary>Takes the first that is meant.</summary>
    /// <param name="isMeant">Which.</param>
    /// <param name="patience">How long to wait for one.</param>
    /// <param name="over">Nobody comes any more once this is completed.</param>
    /// <param name="stop">Ends the run.</param>
    /// <returns>Null where none came.</returns>
    public async Task<PendingClient?> TakeAsync(Func<ClientRequest, bool> isMeant, TimeSpan patience, Task over, CancellationToken stop)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task late = Task.Delay(patience, ended.Token);
        try
        {
            while (true)
            {
                Task changed = _changed.Next;
                bool isLast = late.IsCompleted || over.IsCompleted;
                if (Take(isMeant) is { } client)
                {
                    return client;
                }

                stop.ThrowIfCancellationRequested();
                if (isLast)
                {
                    return null;
                }

                await Task.WhenAny(changed, late, over);
            }
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    /// <summary>Hangs up on everybody who still waits.</summary>
    public void Clear(Func<ClientRequest, bool> isMeant)
    {
        while (Take(isMeant) is { } client)
        {
            client.Transport.Dispose();
        }
    }

    private PendingClient? Take(Func<ClientRequest, bool> isMeant)
    {
        lock (_lock)
        {
            int at = _waiting.FindIndex(c => isMeant(c.Request));
            if (at < 0)
            {
                return null;
            }

            PendingClient client = _waiting[at];
            _waiting.RemoveAt(at);
            return client;
        }
    }
}
