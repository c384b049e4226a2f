using System.IO.Pipelines;

namespace WireProtocols.Conformance;

/// <summary>Clients in this process, each with a connection in memory.</summary>
/// <param name="client">The client.</param>
internal sealed class PipeClients(Func<Uri, IDuplexPipe, CancellationToken, Task> client) : IClientEntrance, IClientLauncher
{
    private readonly List<Task> _reading = [];
    private int _connections;

    public ClientInbox Inbox { get; } = new();

    public IClientRun Start(Uri url)
    {
        (IDuplexPipe ours, IDuplexPipe theirs) = Testing.DuplexPipes.Create();
        lock (_reading)
        {
            _reading.Add(Task.Run(() => ReadAsync(new OwnedPipe(ours), [], ++_connections)));
        }

        return new ClientFunction((_, stop) => client(url, theirs, stop)).Start(url);
    }

    public async Task DrainAsync(CancellationToken stop)
    {
        Task[] reading;
        lock (_reading)
        {
            reading = [.. _reading];
        }

        await Task.WhenAll(reading).WaitAsync(stop);
    }

    /// <summary>Reads a request; what ends before is one all the same.</summary>
    private async Task ReadAsync(OwnedPipe transport, byte[] bytes, int number)
    {
        byte[] buffer = new byte[4096];
        bool hasEnded = false;
        int end;
        while ((end = ClientRequest.FindEnd(bytes)) < 0 && !hasEnded)
        {
            int count = await ReceiveAsync(transport, buffer);
            hasEnded = count == 0;
            bytes = [.. bytes, .. buffer.AsSpan(0, count)];
        }

        if (bytes.Length == 0)
        {
            transport.Dispose();
            return;
        }

        int length = end < 0 ? bytes.Length : end;
        ClientRequest request = ClientRequest.Parse(bytes.AsSpan(0, length), isWhole: end >= 0);
        Inbox.Add(new PendingClient(transport, request, bytes[length..], number, rest => Return(transport, rest, number)));
    }

    private static async Task<int> ReceiveAsync(OwnedPipe transport, byte[] buffer)
    {
        try
        {
            return await transport.ReceiveAsync(buffer, CancellationToken.None);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void Return(OwnedPipe transport, byte[] rest, int number)
    {
        lock (_reading)
        {
            _reading.Add(Task.Run(() => ReadAsync(transport, rest, number)));
        }
    }
}
