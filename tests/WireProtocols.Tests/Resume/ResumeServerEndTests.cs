using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

/// <summary>What a client is told when its connection ends, by whatever ends it.</summary>
public class ResumeServerEndTests
{
    [Fact]
    public async Task A_handler_that_fails_is_not_told_as_a_takeover()
    {
        for (int round = 0; round < 50; round++)
        {
            await using ResumeServer server = new((_, _) => throw new InvalidOperationException("No."));
            MemoryResumeConnection client = MemoryResumeConnection.Connect(server, out MemoryResumeConnection atServer, out Task running);
            client.Say(ResumeFrames.Hello());
            Assert.DoesNotContain(ResumeFrameType.Gone, await client.HearAllAsync());
            await running.WaitAsync(MemoryResumeConnection.Patience);
            Assert.NotEqual(ResumeCloseReason.TakenOver, await atServer.Closed);
        }
    }

    [Fact]
    public async Task A_server_that_is_disposed_of_asks_its_clients_to_come_back()
    {
        for (int round = 0; round < 20; round++)
        {
            ResumeServer server = new((session, end) => session.ReceiveAsync(end).AsTask());
            MemoryResumeConnection client = MemoryResumeConnection.Connect(server, out MemoryResumeConnection atServer, out Task running);
            await client.GreetAsync();
            await server.DisposeAsync();
            Assert.Equal([ResumeFrameType.Retry], await client.HearAllAsync());
            await running.WaitAsync(MemoryResumeConnection.Patience);
            Assert.Equal(ResumeCloseReason.GoingAway, await atServer.Closed);
        }
    }

    [Fact]
    public async Task A_session_that_is_over_is_not_told_as_a_takeover_and_one_on_another_node_is()
    {
        using ResumeMemoryStore store = new();
        await using ResumeServer here = new((session, end) => session.ReceiveAsync(end).AsTask(), store);
        await using ResumeServer there = new((session, end) => session.ReceiveAsync(end).AsTask(), store);
        MemoryResumeConnection first = MemoryResumeConnection.Connect(here);
        OwnedResumeFrame welcome = await first.GreetAsync();
        MemoryResumeConnection second = MemoryResumeConnection.Connect(there);
        Assert.Equal(welcome.Session, (await second.GreetAsync(welcome.Session)).Session);
        Assert.Equal(ResumeGoneReason.TakenOver, (await first.HearOtherAsync())?.Reason);
        store.Dispose();
        Assert.Equal([ResumeFrameType.Retry], await second.HearAllAsync());
    }

    [Fact]
    public async Task A_hello_that_comes_late_leaves_the_connection_alone_that_there_is()
    {
        await using ResumeServer server = new(EchoAsync);
        MemoryResumeConnection client = MemoryResumeConnection.Connect(server);
        OwnedResumeFrame welcome = await client.GreetAsync();
        client.Say(ResumeFrames.Binary(1, "a"u8));
        Assert.Equal(1, (await client.HearOtherAsync())?.Sequence);
        client.Say(ResumeFrames.Ack(1));
        client.Say(ResumeFrames.Binary(2, "b"u8));
        Assert.Equal(2, (await client.HearOtherAsync())?.Sequence);

        // It has been on its way since before the first message.
        MemoryResumeConnection late = MemoryResumeConnection.Connect(server);
        late.Say(ResumeFrames.Hello(welcome.Session));
        Assert.Equal(ResumeGoneReason.Messages, (await late.HearAsync())?.Reason);
        Assert.NotEqual(welcome.Session, (await late.HearAsync())?.Session);
        client.Say(ResumeFrames.Binary(3, "c"u8));
        Assert.Equal(3, (await client.HearOtherAsync())?.Sequence);
    }

    [Fact]
    public async Task What_nobody_takes_any_more_holds_up_no_acknowledgement()
    {
        await using ResumeServer server = new((session, _) => session.SendTextAsync("That was all.", CancellationToken.None).AsTask());
        MemoryResumeConnection client = MemoryResumeConnection.Connect(server);
        await client.GreetAsync();
        for (int i = 1; i <= 200; i++)
        {
            client.Say(ResumeFrames.Binary(i, [0]));
        }

        Assert.Equal(ResumeFrameType.Text, (await client.HearOtherAsync())?.Type);
        client.Say(ResumeFrames.Ack(1));
        Assert.Equal(ResumeFrameType.End, (await client.HearOtherAsync())?.Type);
    }

    [Fact]
    public async Task A_client_that_has_said_end_does_not_come_back_because_the_server_closes()
    {
        for (int round = 0; round < 20; round++)
        {
            (MemoryResumeConnection client, MemoryResumeConnection server) = MemoryResumeConnection.CreatePair();
            OneConnection transport = new(client);
            client.HasSent = frame =>
            {
                if (frame.Type == ResumeFrameType.End)
                {
                    server.Abort();
                }
            };
            server.Say(ResumeFrames.Welcome(ResumeSessionId.Create(), 0, TimeSpan.FromMinutes(1)));
            ResumeClient session = new(transport);
            await session.CloseAsync().WaitAsync(MemoryResumeConnection.Patience);
            Assert.Null(await session.ReceiveAsync());
            Assert.Equal(1, transport.Attempts);
        }
    }

    private static async Task EchoAsync(ResumeServerSession session, CancellationToken end)
    {
        while (await session.ReceiveAsync(end) is { } message)
        {
            await session.SendAsync(message, end);
        }
    }

    /// <summary>Has one connection to give; then the server is not to be reached.</summary>
    private sealed class OneConnection(MemoryResumeConnection connection) : ResumeTransport
    {
        public int Attempts { get; private set; }

        public override string Name => "memory";

        public override ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
            => ++Attempts == 1 ? new(connection) : throw new IOException("There is nobody.");
    }
}
