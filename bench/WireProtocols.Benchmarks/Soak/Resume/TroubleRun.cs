using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using WireProtocols.Resume;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Soak.Resume;

/// <summary>What is to be done to sessions, and how many there are.</summary>
/// <param name="Nodes">How many servers share the store.</param>
/// <param name="Sessions">How many clients there are.</param>
/// <param name="Messages">How many messages there are, both directions of all sessions together.</param>
/// <param name="Reconnects">How many connections are brought to their end, of each kind as many.</param>
/// <param name="Seed">Decides what happens when.</param>
public sealed record TroubleOptions(int Nodes, int Sessions, int Messages, int Reconnects, int Seed);

/// <summary>
/// Numbered messages in both directions over WebSockets in memory, whose connections are brought to their end in five ways while messages are under
/// way. Both applications count what is lost, what comes twice and what is out of order.
/// </summary>
public sealed class TroubleRun : IDisposable
{
    private static readonly WebSocketConnectionOptions Connection
        = new() { CloseTimeout = TimeSpan.FromMilliseconds(200), KeepAliveInterval = TimeSpan.Zero };

    private readonly TroubleOptions _options;
    private readonly ResumeMemoryStore? _store;
    private readonly ResumeServer[] _nodes;
    private readonly ConcurrentDictionary<ResumeSessionId, TroubleServerState> _states = new();

    /// <param name="options">What is done.</param>
    /// <param name="stores">The store of each node, which stays the caller's; null for one in memory that all of them have.</param>
    public TroubleRun(TroubleOptions options, Func<int, IResumeSessionStore>? stores = null)
    {
        _options = options;
        _store = stores is null ? new ResumeMemoryStore() : null;
        _nodes = [.. Enumerable.Range(0, options.Nodes).Select(node => new ResumeServer(HandleAsync, _store ?? stores!(node)))];
    }

    /// <summary>What the clients' applications have seen, and the servers'.</summary>
    public TroubleCounts Counts { get; } = new();

    /// <summary>How many messages each session has in each direction.</summary>
    public int MessagesEach => _options.Messages / _options.Sessions / 2;

    /// <summary>Runs all sessions to their end.</summary>
    public async Task RunAsync(TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        int each = _options.Reconnects / _options.Sessions;
        await Task.WhenAll(Enumerable.Range(0, _options.Sessions).Select(s => Task.Run(() => RunClientAsync(s, each)))).WaitAsync(patience);
        Counts.Elapsed = Stopwatch.GetElapsedTime(start);
    }

    public void Dispose() => _store?.Dispose();

    /// <summary>A message: its number, and bytes that depend on it.</summary>
    public static byte[] CreateMessage(int number)
    {
        byte[] message = new byte[sizeof(int) + (number * 7 % 61)];
        message.AsSpan().Fill((byte)number);
        BinaryPrimitives.WriteInt32LittleEndian(message, number);
        return message;
    }

    private async Task RunClientAsync(int index, int troubles)
    {
        Random random = new(HashCode.Combine(_options.Seed, index));
        TroubleTransport transport = new(_nodes, random, Connection, Counts);
        await using ResumeClient client = new(
            transport,
            new ResumeClientOptions
            {
                Backoff = new ReconnectBackoffOptions { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(50) },
            });
        Task sending = SendAllAsync(number => client.SendAsync(CreateMessage(number)), 0);
        TroubleWatch watch = new(Counts);
        int done = 0;
        int made = 0;
        while (await client.ReceiveAsync() is { } message)
        {
            watch.See(message);
            bool isTime = done < troubles && watch.Next > (done + 1L) * MessagesEach / (2 * troubles);
            if (isTime && transport.Connections > made && client.State == ResumeClientState.Open)
            {
                TroubleKind kind = (TroubleKind)((index + done) % 5);
                done++;
                made = transport.Connections;
                Counts.NoteTrouble(kind);
                transport.Make(kind, client, random.Next(1, 200));
            }
        }

        await sending;
        watch.End(MessagesEach);
    }

    private async Task HandleAsync(ResumeServerSession session, CancellationToken lost)
    {
        // What the application knows of a session moves with it, so the node that had it before is done first.
        TroubleServerState state = _states.GetOrAdd(session.Id, _ => new TroubleServerState(Counts));
        await state.Turn.WaitAsync(lost);
        try
        {
            Task sending = SendAllAsync(
                async number =>
                {
                    await session.SendAsync(CreateMessage(number));
                    state.Sent = number + 1;
                },
                state.Sent);
            while (state.Watch.Next < MessagesEach && await session.ReceiveAsync(CancellationToken.None) is { } message)
            {
                state.Watch.See(message);
            }

            await sending;
            if (state.Watch.Next == MessagesEach)
            {
                state.Watch.End(MessagesEach);
            }
        }
        catch (ResumeEndedException)
        {
            // It goes on at another node.
        }
        finally
        {
            state.Turn.Release();
        }
    }

    private async Task SendAllAsync(Func<int, ValueTask> send, int first)
    {
        for (int number = first; number < MessagesEach; number++)
        {
            await send(number);
        }
    }
}
