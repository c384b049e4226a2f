using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Buffers;

/// <summary>A socket as a duplex pipe: what goes in at one end comes out at the other, whatever is cancelled, kept or cut on the way.</summary>
public abstract class WireTransportTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>A test that has read from an event loop ends on the loop's thread. The next test must not begin there: it may block.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task Every_byte_arrives_once_and_in_order_under_any_schedule(int maxPending)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            (IWireTransport one, IWireTransport other) = await ConnectAsync();
            one.MaxPending = maxPending;
            const int Length = 1_000_000;
            Task sending = SendAsync(one.Output, Length, new Random(seed));
            long received = await ReceiveAsync(other.Input, new Random(seed + 1), seed).WaitAsync(Patience);
            await sending.WaitAsync(Patience);
            Assert.Equal(Length, received);
            await one.DisposeAsync();
            await other.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_cancelled_read_loses_nothing_and_what_was_examined_waits_for_more()
    {
        (IWireTransport one, IWireTransport other) = await ConnectAsync();
        using CancellationTokenSource cancel = new();
        ValueTask<ReadResult> reading = other.Input.ReadAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);

        reading = other.Input.ReadAsync(TestContext.Current.CancellationToken);
        other.Input.CancelPendingRead();
        ReadResult result = await reading;
        Assert.True(result is { IsCanceled: true, IsCompleted: false, Buffer.IsEmpty: true });
        other.Input.AdvanceTo(result.Buffer.Start);

        await one.Output.WriteAsync("ab"u8.ToArray(), TestContext.Current.CancellationToken);
        result = await other.Input.ReadAsync(TestContext.Current.CancellationToken);
        other.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.False(other.Input.TryRead(out _));
        other.Input.CancelPendingRead();
        Assert.True(other.Input.TryRead(out result) && result.IsCanceled);
        Assert.Equal("ab"u8, result.Buffer.ToArray());

        // Nothing examined: it is there at once.
        other.Input.AdvanceTo(result.Buffer.Start);
        Assert.True(other.Input.TryRead(out result) && !result.IsCanceled);
        other.Input.AdvanceTo(result.Buffer.End);
        await one.DisposeAsync();
        Assert.True((await other.Input.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task A_flush_waits_for_the_peer_and_can_be_left()
    {
        (IWireTransport one, IWireTransport other) = await ConnectAsync();
        byte[] much = new byte[32 * 1024 * 1024];
        ValueTask<FlushResult> flush = one.Output.WriteAsync(much, TestContext.Current.CancellationToken);
        Assert.False(flush.IsCompleted);
        one.Output.CancelPendingFlush();
        Assert.True((await flush).IsCanceled);

        using CancellationTokenSource cancel = new();
        flush = one.Output.FlushAsync(cancel.Token);
        Assert.False(flush.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await flush);

        // All of it still goes out.
        Task completing = one.Output.CompleteAsync().AsTask();
        long received = 0;
        ReadResult read;
        do
        {
            read = await other.Input.ReadAsync(TestContext.Current.CancellationToken);
            received += read.Buffer.Length;
            other.Input.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        Assert.Equal(much.Length, received);
        await completing.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await one.DisposeAsync();
        await other.DisposeAsync();
    }

    [Fact]
    public async Task With_room_to_wait_a_flush_does_not_and_the_budget_of_all_counts_it()
    {
        MemoryBudget budget = new(1024 * 1024);
        (IWireTransport one, IWireTransport other) = await ConnectAsync(budget);
        one.MaxPending = long.MaxValue;
        ValueTask<FlushResult> flush = one.Output.WriteAsync(new byte[32 * 1024 * 1024], TestContext.Current.CancellationToken);
        Assert.True(budget.IsExhausted);
        Assert.False(flush.IsCompleted);
        Task<long> receiving = ReceiveAllAsync(other.Input);
        await flush;
        Assert.False(budget.IsExhausted);
        Assert.True(one.Output.WriteAsync(new byte[1000], TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        await one.DisposeAsync();
        Assert.Equal((32 * 1024 * 1024) + 1000, await receiving);
        await other.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transport_that_is_dropped_frees_whoever_waits(bool reading)
    {
        (IWireTransport one, IWireTransport other) = await ConnectAsync();
        Task waiting = reading
            ? one.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask()
            : one.Output.WriteAsync(new byte[32 * 1024 * 1024], TestContext.Current.CancellationToken).AsTask();
        one.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => waiting.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<IOException>(async () => await ReceiveAllAsync(other.Input));
        await one.DisposeAsync();
        await one.DisposeAsync();
        await other.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_to_a_peer_that_has_gone_is_not_counted_for_ever()
    {
        MemoryBudget budget = new(0);
        (IWireTransport one, IWireTransport other) = await ConnectAsync(budget);
        Task writing = one.Output.WriteAsync(new byte[32 * 1024 * 1024], TestContext.Current.CancellationToken).AsTask();
        other.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => writing.WaitAsync(Patience));
        Assert.False(budget.IsExhausted);

        await Assert.ThrowsAnyAsync<IOException>(async () => await one.Output.WriteAsync(new byte[1000]));
        Assert.False(budget.IsExhausted);
        one.Output.Write(new byte[1000]);
        await one.DisposeAsync();
        Assert.False(budget.IsExhausted);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task A_flush_that_waits_ends_whoever_completes_the_output_beside_it_and_however_often()
    {
        (IWireTransport one, IWireTransport other) = await ConnectAsync();
        const int Length = 32 * 1024 * 1024;
        Task flushing = one.Output.WriteAsync(new byte[Length], TestContext.Current.CancellationToken).AsTask();
        Assert.False(flushing.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await one.Output.FlushAsync(TestContext.Current.CancellationToken));
        Task completing = one.Output.CompleteAsync().AsTask();
        Task disposing = one.DisposeAsync().AsTask();
        Assert.Equal(Length, await ReceiveAllAsync(other.Input).WaitAsync(Patience, TestContext.Current.CancellationToken));
        await Task.WhenAll(flushing, completing, disposing).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task A_flush_that_was_cancelled_before_the_end_takes_nothing_from_what_is_still_to_be_sent()
    {
        (IWireTransport one, IWireTransport other) = await ConnectAsync();
        one.MaxPending = long.MaxValue;
        const int Length = 32 * 1024 * 1024;
        await one.Output.WriteAsync(new byte[Length], TestContext.Current.CancellationToken);
        one.Output.CancelPendingFlush();
        Task disposing = one.DisposeAsync().AsTask();
        Assert.Equal(Length, await ReceiveAllAsync(other.Input).WaitAsync(Patience, TestContext.Current.CancellationToken));
        await disposing.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_last_is_sent_while_what_was_written_before_goes_out()
    {
        for (int round = 0; round < 300; round++)
        {
            (IWireTransport one, IWireTransport other) = await ConnectAsync();
            one.MaxPending = long.MaxValue;
            Task<long> receiving = ReceiveAllAsync(other.Input);
            const int Length = 4 * 1024 * 1024;
            await one.Output.WriteAsync(new byte[Length], TestContext.Current.CancellationToken);
            one.Output.Write("the end"u8);
            one.Output.Complete();
            Assert.Equal(Length + 7, await receiving.WaitAsync(Patience, TestContext.Current.CancellationToken));
            await one.DisposeAsync();
            await other.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_read_that_does_not_wait_sees_what_the_socket_has()
    {
        (IWireTransport one, IWireTransport other) = await ConnectAsync();
        Assert.False(other.Input.TryRead(out _));
        await one.Output.WriteAsync("ab"u8.ToArray(), TestContext.Current.CancellationToken);
        using CancellationTokenSource patience = new(Patience);
        while (!other.Input.TryRead(out _))
        {
            // Leaves the thread, which may be that of an event loop: it has to take in what is there.
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }

        await one.DisposeAsync();
        await other.DisposeAsync();
    }

    private static async Task SendAsync(PipeWriter output, int length, Random random)
    {
        for (int at = 0; at < length;)
        {
            int count = Math.Min(length - at, random.Next(3) == 0 ? random.Next(200_000) : random.Next(300));
            for (int end = at + count; at < end;)
            {
                Span<byte> room = output.GetSpan(random.Next(3) == 0 ? random.Next(100_000) : 0);
                int now = Math.Min(room.Length, end - at);
                for (int i = 0; i < now; i++)
                {
                    room[i] = ByteAt(at + i);
                }

                output.Advance(now);
                at += now;
            }

            if (random.Next(2) == 0)
            {
                await FlushAsync(output, random);
            }
        }

        await output.CompleteAsync();
    }

    private static async Task FlushAsync(PipeWriter output, Random random)
    {
        using CancellationTokenSource cancel = new();
        ValueTask<FlushResult> flush = output.FlushAsync(cancel.Token);
        if (random.Next(4) == 0)
        {
            output.CancelPendingFlush();
        }
        else if (random.Next(4) == 0)
        {
            await cancel.CancelAsync();
        }

        try
        {
            await flush;
        }
        catch (OperationCanceledException)
        {
            // Only the wait was cancelled.
        }
    }

    private static async Task<long> ReceiveAsync(PipeReader input, Random random, int seed)
    {
        long at = 0;
        while (true)
        {
            using CancellationTokenSource cancel = new();
            ValueTask<ReadResult> reading = input.ReadAsync(cancel.Token);
            if (random.Next(4) == 0)
            {
                input.CancelPendingRead();
            }
            else if (random.Next(4) == 0)
            {
                await cancel.CancelAsync();
            }

            ReadResult read;
            try
            {
                read = await reading;
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            long index = at;
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                foreach (byte value in segment.Span)
                {
                    Assert.True(value == ByteAt(index++), $"seed {seed}: byte {index - 1}");
                }
            }

            long consumed = random.Next(3) == 0 ? random.NextInt64(read.Buffer.Length + 1) : read.Buffer.Length;
            at += consumed;
            SequencePosition position = read.Buffer.GetPosition(consumed);
            input.AdvanceTo(position, random.Next(2) == 0 ? read.Buffer.End : position);
            if (read.IsCompleted && consumed == read.Buffer.Length)
            {
                return at;
            }
        }
    }

    private static async Task<long> ReceiveAllAsync(PipeReader input)
    {
        long received = 0;
        ReadResult read;
        do
        {
            read = await input.ReadAsync();
            received += read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        return received;
    }

    private static byte ByteAt(long index) => (byte)(index * 31 >> 3);

    /// <summary>Takes a connected socket over.</summary>
    protected abstract IWireTransport Take(Socket socket, MemoryBudget? budget);

    private async Task<(IWireTransport One, IWireTransport Other)> ConnectAsync(MemoryBudget? budget = null)
    {
        (Socket client, Socket server) = await LoopbackSockets.ConnectAsync();
        return (Take(client, budget), Take(server, null));
    }
}
