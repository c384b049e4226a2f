using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Tests.Buffers;
using WireProtocols.Tests.Harness;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Transports;

/// <summary>The transport on an event loop: what every transport holds, and what the loop adds.</summary>
public sealed class EventLoopTransportTests : WireTransportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public EventLoopTransportTests() => LoopSystem.SkipWhereNone();

    [Fact]
    public async Task What_a_wake_up_flushes_goes_out_in_one_call()
    {
        (EventLoopTransport one, EventLoopTransport other) = await ConnectAsync();
        Task<long> serving = FlushManyAsync(one);
        await other.Output.WriteAsync("go"u8.ToArray(), TestContext.Current.CancellationToken);
        ReadResult read = await other.Input.ReadAtLeastAsync(1000, TestContext.Current.CancellationToken);
        Assert.Equal(1000, read.Buffer.Length);
        other.Input.AdvanceTo(read.Buffer.End);
        Assert.Equal(0, await serving.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(1, one.WritesBegun);
        await one.DisposeAsync();
        await other.DisposeAsync();

        static async Task<long> FlushManyAsync(EventLoopTransport transport)
        {
            ReadResult read = await transport.Input.ReadAsync().ConfigureAwait(false);
            transport.Input.AdvanceTo(read.Buffer.End);
            for (int i = 0; i < 100; i++)
            {
                transport.Output.Write(new byte[10]);
                await transport.Output.FlushAsync().ConfigureAwait(false);
            }

            return transport.WritesBegun;
        }
    }

    [Fact]
    public async Task What_waits_for_a_peer_that_does_not_read_takes_little_more_memory_than_it_is_long()
    {
        (EventLoopTransport one, EventLoopTransport other) = await ConnectAsync();
        one.MaxPending = long.MaxValue;
        while (one.OutputCapacity == 0)
        {
            await one.Output.WriteAsync(new byte[10_000], TestContext.Current.CancellationToken);
        }

        long before = one.OutputCapacity;
        for (int i = 0; i < 100; i++)
        {
            await one.Output.WriteAsync(new byte[1000], TestContext.Current.CancellationToken);
        }

        Assert.True(before <= 64 * 1024, $"{before} bytes for at most 10,000");
        Assert.True(one.OutputCapacity - before <= 200_000, $"{one.OutputCapacity - before} bytes for 100,000");
        Task draining = DrainAsync(other.Input);
        await one.DisposeAsync();
        Assert.Equal(0, one.OutputCapacity);
        await draining.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task What_is_flushed_for_others_goes_out_too_before_the_loop_waits()
    {
        (EventLoopTransport one, EventLoopTransport other) = await ConnectAsync();
        (EventLoopTransport second, EventLoopTransport secondPeer) = await ConnectAsync();
        Task passing = PassOnAsync(one.Input, second.Output);
        await other.Output.WriteAsync("abc"u8.ToArray(), TestContext.Current.CancellationToken);
        ReadResult read = await secondPeer.Input.ReadAtLeastAsync(3, TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal("abc"u8, read.Buffer.ToArray());
        secondPeer.Input.AdvanceTo(read.Buffer.End);
        other.Output.Complete();
        await passing.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Task.WhenAll(new[] { one, other, second, secondPeer }.Select(t => t.DisposeAsync().AsTask()));

        static async Task PassOnAsync(PipeReader input, PipeWriter output)
        {
            ReadResult read;
            do
            {
                read = await input.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                {
                    output.Write(piece.Span);
                }

                input.AdvanceTo(read.Buffer.End);
                await output.FlushAsync().ConfigureAwait(false);
            }
            while (!read.IsCompleted);
        }
    }

    [Fact]
    public async Task A_peer_that_sends_without_end_does_not_keep_the_loop_from_the_others()
    {
        // As many that flood as there are loops, and as many again that have little to say.
        int count = 2 * Environment.ProcessorCount;
        using CancellationTokenSource stop = new();
        List<EventLoopTransport> all = [];
        List<Task> floods = [];
        for (int i = 0; i < count; i++)
        {
            (EventLoopTransport one, EventLoopTransport other) = await ConnectAsync();
            all.AddRange([one, other]);
            floods.Add(DrainAsync(one.Input));
            floods.Add(Task.Run(() => FloodAsync(other.Output, stop.Token), TestContext.Current.CancellationToken));
        }

        for (int i = 0; i < count; i++)
        {
            (EventLoopTransport one, EventLoopTransport other) = await ConnectAsync();
            all.AddRange([one, other]);
            floods.Add(DrainAsync(one.Input));
            await other.Output.WriteAsync(new byte[1], TestContext.Current.CancellationToken);
            other.Output.Complete();
            await floods[^1].WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(floods).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Task.WhenAll(all.Select(t => t.DisposeAsync().AsTask()));

        static async Task FloodAsync(PipeWriter output, CancellationToken stop)
        {
            byte[] much = new byte[64 * 1024];
            while (!stop.IsCancellationRequested)
            {
                await output.WriteAsync(much, CancellationToken.None);
            }

            await output.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_handler_that_writes_without_end_does_not_keep_the_loop_from_the_others()
    {
        // As many that write as there are loops. Their peers read faster than the pieces are written, so no flush waits for them.
        int count = Environment.ProcessorCount;
        using CancellationTokenSource stop = new();
        List<Task> writing = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
                EventLoopTransport transport = new(server);
                writing.Add(WriteAsync(transport, stop.Token));
                writing.Add(Task.Run(() => ReadToEnd(client), TestContext.Current.CancellationToken));
                await client.SendAllAsync(new byte[1]);
            }

            for (int i = 0; i < count; i++)
            {
                (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
                await using EventLoopTransport transport = new(server);
                Task draining = DrainAsync(transport.Input);
                await client.SendAllAsync(new byte[1]);
                client.Dispose();
                await draining.WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writing).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        static async Task WriteAsync(EventLoopTransport transport, CancellationToken stop)
        {
            ReadResult read = await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            transport.Input.AdvanceTo(read.Buffer.End);
            while (!stop.IsCancellationRequested)
            {
                transport.Output.Write("a"u8);
                await transport.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }

            await transport.DisposeAsync().ConfigureAwait(false);
        }

        static void ReadToEnd(Socket client)
        {
            byte[] room = new byte[1024 * 1024];
            while (client.Receive(room) > 0)
            {
            }

            client.Dispose();
        }
    }

    [Fact]
    public async Task What_comes_behind_urgent_data_is_read_too()
    {
        (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
        await using EventLoopTransport transport = new(server);
        client.Send("a"u8, SocketFlags.None);
        client.Send("!"u8, SocketFlags.OutOfBand);
        client.Send("b"u8, SocketFlags.None);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            // Whatever loop it is on, that has seen all of it then.
            (EventLoopTransport one, Socket other) = await ConnectToSocketAsync();
            await other.SendAllAsync(new byte[1]);
            other.Dispose();
            await DrainAsync(one.Input).WaitAsync(Patience, TestContext.Current.CancellationToken);
            await one.DisposeAsync();
        }

        ReadResult read = await transport.Input.ReadAtLeastAsync(2, TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal("ab"u8, read.Buffer.ToArray());
        transport.Input.AdvanceTo(read.Buffer.End);
        client.Dispose();

        static async Task<(EventLoopTransport One, Socket Other)> ConnectToSocketAsync()
        {
            (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
            return (new EventLoopTransport(server), client);
        }
    }

    [Fact]
    public async Task Writers_on_other_threads_lose_nothing_and_come_in_order()
    {
        (EventLoopTransport one, EventLoopTransport other) = await ConnectAsync();
        one.MaxPending = 64 * 1024;
        const int Messages = 20_000;
        using SemaphoreSlim turn = new(1);
        int next = 0;
        Task[] writers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(WriteAsync, TestContext.Current.CancellationToken))];
        for (int expected = 0; expected < Messages; expected++)
        {
            ReadResult read = await other.Input.ReadAtLeastAsync(sizeof(int), TestContext.Current.CancellationToken);
            byte[] bytes = read.Buffer.Slice(0, sizeof(int)).ToArray();
            Assert.Equal(expected, BitConverter.ToInt32(bytes));
            other.Input.AdvanceTo(read.Buffer.GetPosition(sizeof(int)));
        }

        await Task.WhenAll(writers).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await one.DisposeAsync();
        await other.DisposeAsync();

        async Task WriteAsync()
        {
            while (true)
            {
                await turn.WaitAsync();
                try
                {
                    if (next == Messages)
                    {
                        return;
                    }

                    one.Output.Write(BitConverter.GetBytes(next++));
                    await one.Output.FlushAsync();
                }
                finally
                {
                    turn.Release();
                }
            }
        }
    }

    [Fact]
    public async Task A_peer_knows_who_it_is()
    {
        (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
        IPEndPoint expected = (IPEndPoint)client.LocalEndPoint!;
        EventLoopTransport transport = new(server);
        IPEndPoint actual = Assert.IsType<IPEndPoint>(transport.RemoteEndPoint);
        Assert.Equal((expected.Address.MapToIPv4(), expected.Port), (actual.Address.MapToIPv4(), actual.Port));
        await transport.DisposeAsync();
        Assert.Null(transport.RemoteEndPoint);
        client.Dispose();
    }

    [Fact]
    public async Task A_transport_may_be_completed_and_dropped_by_all_at_once()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            (EventLoopTransport one, EventLoopTransport other) = await ConnectAsync();
            Task reading = DrainAsync(one.Input);
            Task peer = DrainAsync(other.Input);
            one.Output.Write(new byte[random.Next(200_000)]);
            Action[] ends = [() => one.Abort(), () => one.Output.Complete(), () => one.Output.Complete(), () => other.Abort(), () => one.Abort()];
            random.Shuffle(ends);
            await Task.WhenAll(ends.Take(1 + random.Next(5)).Append(() => other.Output.Complete()).Select(Task.Run));
            await one.DisposeAsync();
            await other.DisposeAsync();
            await Task.WhenAll(Quiet(reading), Quiet(peer)).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        static async Task Quiet(Task task)
        {
            try
            {
                await task;
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException)
            {
                // Dropped, or completed between two reads.
            }
        }
    }

    protected override IWireTransport Take(Socket socket, MemoryBudget? budget) => new EventLoopTransport(socket) { Budget = budget };

    private static async Task<(EventLoopTransport One, EventLoopTransport Other)> ConnectAsync()
    {
        (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
        return (new EventLoopTransport(client), new EventLoopTransport(server));
    }

    private static async Task DrainAsync(PipeReader input)
    {
        ReadResult read;
        do
        {
            read = await input.ReadAsync().ConfigureAwait(false);
            input.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }
}
