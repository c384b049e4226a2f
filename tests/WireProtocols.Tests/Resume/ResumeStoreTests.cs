using System.Text;
using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

/// <summary>Sessions over stores that are full, slow, or fail.</summary>
public class ResumeStoreTests
{
    private static readonly byte[] Ten = Encoding.ASCII.GetBytes("ten bytes.");

    [Fact]
    public async Task Who_waits_for_room_in_the_store_goes_on_when_another_session_has_made_some()
    {
        using ResumeMemoryStore store = new(new ResumeMemoryStoreOptions { MaxBytes = 10 });
        Queue<TaskCompletionSource<ResumeServerSession>> begun = new([new(), new()]);
        TaskCompletionSource<ResumeServerSession>[] sessions = [.. begun];
        await using ResumeServer server = new(
            (session, end) =>
            {
                begun.Dequeue().SetResult(session);
                return Task.Delay(Timeout.Infinite, end);
            },
            store);
        MemoryResumeConnection one = MemoryResumeConnection.Connect(server), other = MemoryResumeConnection.Connect(server);
        await one.GreetAsync();
        await (await sessions[0].Task).SendAsync(Ten);
        Assert.Equal(1, (await one.HearAsync())?.Sequence);
        await other.GreetAsync();
        ResumeServerSession waiting = await sessions[1].Task;
        await waiting.SendAsync(ReadOnlyMemory<byte>.Empty);
        Assert.Equal(1, (await other.HearAsync())?.Sequence);
        Task sending = waiting.SendAsync(Ten).AsTask();
        Assert.False(sending.IsCompleted);
        one.Say(ResumeFrames.Ack(1));
        await sending.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(ResumeFullPolicy.Fail, ResumeAppend.Refused)]
    [InlineData(ResumeFullPolicy.DropNewest, ResumeAppend.Dropped)]
    [InlineData(ResumeFullPolicy.DropOldest, ResumeAppend.Dropped)]
    [InlineData(ResumeFullPolicy.Wait, ResumeAppend.Full)]
    public async Task A_full_store_does_as_the_policy_says(ResumeFullPolicy policy, ResumeAppend expected)
    {
        ResumeSessionOptions session = new() { FullPolicy = policy };
        using ResumeMemoryStore store = new(new ResumeMemoryStoreOptions { MaxBytes = 10, Session = session });
        IResumeLease full = (await store.CreateAsync(default))!, other = (await store.CreateAsync(default))!;
        await full.SetConnectedAsync(true, default);
        await other.SetConnectedAsync(true, default);
        Assert.Equal(ResumeAppend.Taken, await full.AppendAsync(false, Ten, default));
        Assert.Equal(expected, await other.AppendAsync(false, Ten, default));
    }

    [Fact]
    public async Task A_message_that_no_store_has_room_for_costs_no_session()
    {
        using ResumeMemoryStore store = new(new ResumeMemoryStoreOptions { MaxBytes = 10 });
        IResumeLease one = (await store.CreateAsync(default))!, other = (await store.CreateAsync(default))!;
        Assert.Equal(ResumeAppend.Full, await one.AppendAsync(false, new byte[11], default));
        Assert.False(one.Lost.IsCancellationRequested || other.Lost.IsCancellationRequested);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("acknowledge")]
    public async Task A_store_that_fails_costs_the_connection_and_not_the_session(string what)
    {
        using ResumeMemoryStore memory = new();
        HookedResumeStore store = new(memory);
        await using ResumeServer server = new(EchoAsync, store);
        MemoryResumeConnection client = MemoryResumeConnection.Connect(server, out MemoryResumeConnection atServer, out Task running);
        OwnedResumeFrame welcome = await client.GreetAsync();
        client.Say(ResumeFrames.Binary(1, "a"u8));
        Assert.Equal(1, (await client.HearOtherAsync())?.Sequence);
        store.Before = (name, _) => name == what ? throw new NotSupportedException("The store is lost.") : Task.CompletedTask;
        client.Say(ResumeFrames.Ack(1));
        client.Say(ResumeFrames.Binary(2, "b"u8));
        await running.WaitAsync(MemoryResumeConnection.Patience);
        Assert.Equal(ResumeCloseReason.Failed, await atServer.Closed);
        store.Before = (_, _) => Task.CompletedTask;
        MemoryResumeConnection again = MemoryResumeConnection.Connect(server);
        OwnedResumeFrame back = await again.GreetAsync(welcome.Session, 1);
        Assert.Equal(welcome.Session, back.Session);
    }

    [Fact]
    public async Task A_store_that_fails_at_the_beginning_closes_the_connection_as_failed()
    {
        HookedResumeStore store = new(new ResumeMemoryStore()) { Before = (_, _) => throw new NotSupportedException("The store is lost.") };
        await using ResumeServer server = new(EchoAsync, store);
        MemoryResumeConnection client = MemoryResumeConnection.Connect(server, out MemoryResumeConnection atServer, out Task running);
        client.Say(ResumeFrames.Hello());
        await Assert.ThrowsAsync<NotSupportedException>(() => running.WaitAsync(MemoryResumeConnection.Patience));
        Assert.Equal(ResumeCloseReason.Failed, await atServer.Closed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_receive_that_is_cancelled_in_the_store_loses_nothing(bool isCarriedOut)
    {
        using ResumeMemoryStore memory = new();
        HookedResumeStore store = new(memory);
        TaskCompletionSource<ResumeServerSession> begun = new();
        await using ResumeServer server = new(
            (session, end) =>
            {
                begun.SetResult(session);
                return Task.Delay(Timeout.Infinite, end);
            },
            store);
        MemoryResumeConnection client = MemoryResumeConnection.Connect(server);
        await client.GreetAsync();
        ResumeServerSession session = await begun.Task;
        for (int i = 1; i <= 3; i++)
        {
            client.Say(ResumeFrames.Binary(i, [(byte)i]));
        }

        using CancellationTokenSource cancel = new();
        void Cancel(string name)
        {
            if (name == "accept")
            {
                cancel.Cancel();
                cancel.Token.ThrowIfCancellationRequested();
            }
        }

        if (isCarriedOut)
        {
            store.After = name =>
            {
                Cancel(name);
                return Task.CompletedTask;
            };
        }
        else
        {
            store.Before = (name, _) =>
            {
                Cancel(name);
                return Task.CompletedTask;
            };
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ReceiveAsync(cancel.Token).AsTask());
        store.Before = (_, _) => Task.CompletedTask;
        store.After = _ => Task.CompletedTask;
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(i, (await session.ReceiveAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)))?.Sequence);
        }
    }

    [Fact]
    public async Task Of_two_connections_that_come_at_once_none_puts_the_other_ones_session_aside()
    {
        using ResumeMemoryStore memory = new();
        await using ResumeServer before = new(EchoAsync, memory);
        ResumeSessionId id = (await MemoryResumeConnection.Connect(before).GreetAsync()).Session;
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int takes = 0;
        HookedResumeStore store = new(memory)
        {
            After = what => what == "take" && Interlocked.Increment(ref takes) == 1 ? go.Task : Task.CompletedTask,
        };
        await using ResumeServer server = new(EchoAsync, store);
        MemoryResumeConnection early = MemoryResumeConnection.Connect(server), late = MemoryResumeConnection.Connect(server);
        early.Say(ResumeFrames.Hello(id));
        await late.GreetAsync(id);
        late.Say(ResumeFrames.Binary(1, "a"u8));
        Assert.Equal(1, (await late.HearOtherAsync())?.Sequence);
        go.SetResult();

        // It is given the session as this node has it, and nothing begins anew.
        Assert.Equal(id, (await early.HearAsync())?.Session);
        Assert.Equal((1, 2), (server.Sessions, takes));
    }

    private static async Task EchoAsync(ResumeServerSession session, CancellationToken end)
    {
        while (await session.ReceiveAsync(end) is { } message)
        {
            await session.SendAsync(message, end);
        }
    }
}
