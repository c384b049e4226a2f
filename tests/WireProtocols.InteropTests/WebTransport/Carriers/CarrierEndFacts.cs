using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>What <see cref="IQuicCarrier"/> promises about room and about the end of a connection. Every carrier runs this.</summary>
public abstract class CarrierEndFacts : CarrierFacts
{
    /// <summary>False where connections have no idle timeout.</summary>
    protected virtual bool HasIdleTimeout => true;

    /// <summary>Why what is sent on a stream that is not finished may be lost with the end, or null where it is not.</summary>
    protected virtual string? WhyUnfinishedIsLost => null;

    /// <summary>Why events that wait are not limited, or null where they are.</summary>
    protected virtual string? WhyNoEventLimit => null;

    [Fact]
    public async Task A_close_is_told_with_code_and_reason_whatever_is_unread()
    {
        for (int round = 0; round < 10; round++)
        {
            await using CarrierPair pair = await OpenAsync();
            CarrierReader server = new(pair.Server);
            pair.Client.SendStream(2, StreamPattern.Make(2, 0, 1), endStream: false);
            await server.WaitForAsync(2, 1);
            for (int i = 0; i < 90; i++)
            {
                pair.Server.SendStream(3 + (4 * i), StreamPattern.Make(3 + (4 * i), 0, Chunk), endStream: true);
            }

            // The client has seen something, and reads nothing of all that comes after it until the end is there.
            Assert.True(await pair.Client.WaitToReadAsync());
            pair.Server.Close(4660 + round, "bye ✓");
            await server.Running;
            CarrierReader client = new(pair.Client);
            await client.Running;
            Assert.Equal($"close {4660 + round} Application{(CarriesReason ? " bye ✓" : "")}", client.Rows[^1]);
            Assert.DoesNotContain(server.Rows, r => r.StartsWith("close", StringComparison.Ordinal));
        }
    }

    /// <summary>msquic takes a reason in the middle of a close only, where it tells of streams that end. Here is none, or one still read.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_close_is_told_with_its_reason_whatever_streams_there_are(bool withStream)
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader client = new(pair.Client);
        if (withStream)
        {
            // What was read last is lent to the reader until it reads again, and it never does.
            pair.Client.SendStream(2, StreamPattern.Make(2, 0, 1), endStream: false);
            Assert.True(await pair.Server.WaitToReadAsync());
            Assert.True(pair.Server.TryRead(out QuicEvent item));
            Assert.Equal(1, item.Data.Length);
        }

        pair.Server.Close(77, "bye ✓");
        await client.Running;
        Assert.Equal([$"close 77 Application{(CarriesReason ? " bye ✓" : "")}"], client.Rows);
    }

    [Fact]
    public async Task Disposing_twice_is_a_graceful_end_and_what_was_finished_arrives()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader server = new(pair.Server);
        pair.Client.SendStream(2, StreamPattern.Make(2, 0, 10), endStream: false);
        await server.WaitForAsync(2, 10);
        pair.Client.SendStream(6, StreamPattern.Make(6, 0, 1000), endStream: true);
        await pair.Client.DisposeAsync();
        await pair.Client.DisposeAsync();
        await server.Running;
        Assert.Equal(1000, server.Received(6));
        Assert.Contains(string.Join(", ", server.Rows), (string[])["6 end", $"6 end, close {WebTransportErrorCode.NoError} Application"]);
        pair.Client.SendStream(10, StreamPattern.Make(10, 0, 10), endStream: true);
        pair.Client.ResetStream(2, 1, 0);
        pair.Client.StopSending(1, 1);
        pair.Client.SendDatagram("late"u8);
        pair.Client.Close(1, "late");
        await pair.Client.FlushAsync();
    }

    [Fact]
    public async Task Both_ends_may_be_disposed_of_at_once_under_load()
    {
        for (int round = 0; round < 5; round++)
        {
            CarrierPair pair = await OpenAsync();
            CarrierReader client = new(pair.Client);
            CarrierReader server = new(pair.Server, item => Echo(pair.Server, item));
            Lock sending = new();
            Begin(pair.Client, 0, 4, 8, 12);
            Task[] writing = [.. Enumerable.Range(0, 4).Select(i => Task.Run(() => SendAsync(pair.Client, sending, 4 * i, 4 * 1024 * 1024, i)))];
            await server.WaitForAsync(12, 1);
            await Task.WhenAll(pair.Client.DisposeAsync().AsTask(), pair.Server.DisposeAsync().AsTask());
            await Task.WhenAll([client.Running, server.Running, .. writing]);
            await pair.DisposeAsync();
        }
    }

    /// <summary>A fact of carriers that have an idle timeout.</summary>
    private protected async Task AnIdleTimeoutIsToldAsSuchAsync()
    {
        await using CarrierPair pair = await OpenAsync(new CarrierSettings { IdleTimeout = TimeSpan.FromSeconds(1) });
        CarrierReader client = new(pair.Client);
        await client.Running;
        Assert.Equal([$"close {WebTransportErrorCode.InternalError} IdleTimeout idle timeout"], client.Rows);
    }

    [Fact]
    public async Task A_connection_hears_why_it_ended()
    {
        Assert.SkipUnless(HasIdleTimeout, "These carriers have no idle timeout.");
        await using CarrierPair pair = await OpenAsync(new CarrierSettings { IdleTimeout = TimeSpan.FromSeconds(1) });
        using WebTransportConnection connection = new(
            WebTransportRole.Client, pair.Client, new WebTransportConnectionOptions { RequireDatagrams = false });
        List<QuicCloseCause?> causes = [];
        await new WebTransportPump(connection, pair.Client, item => causes.Add(item.Cause)).RunAsync();
        Assert.Equal(QuicCloseCause.IdleTimeout, causes[^1]);
    }

    [Fact]
    public async Task What_was_sent_on_a_stream_that_is_not_finished_arrives_before_the_end()
    {
        Assert.SkipWhen(Missing is null && WhyUnfinishedIsLost is not null, WhyUnfinishedIsLost ?? "");
        await using CarrierPair pair = await OpenAsync();
        CarrierReader server = new(pair.Server);
        Begin(pair.Client, 2);
        await server.WaitForAsync(2, 1);
        const int Size = 200_000;
        pair.Client.SendStream(2, StreamPattern.Make(2, 1, Size), endStream: false);
        await pair.Client.DisposeAsync();
        await server.Running;
        Assert.Equal(1 + Size, server.Received(2));
    }

    [Fact]
    public async Task The_reset_of_a_stream_that_is_paused_is_told_at_once()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader server = new(pair.Server);
        Begin(pair.Client, 2);
        await server.WaitForAsync(2, 1);
        pair.Server.SetReceiving(2, isReceiving: false);
        pair.Client.SendStream(2, StreamPattern.Make(2, 1, 100_000), endStream: false);
        pair.Client.ResetStream(2, 41, 0);
        await server.WaitForAsync("2 reset 41");
        pair.Server.SetReceiving(2, isReceiving: true);
        pair.Client.SendStream(6, StreamPattern.Make(6, 0, 10), endStream: true);
        await server.WaitForAsync("6 end");
        Assert.Equal(["2 reset 41", "6 end"], server.Rows);
    }

    [Fact]
    public async Task A_peer_whose_streams_come_and_go_while_nobody_reads_is_cut_off()
    {
        Assert.SkipWhen(WhyNoEventLimit is not null, WhyNoEventLimit ?? "");
        await using CarrierPair pair = await OpenAsync(new CarrierSettings { MaxWaitingEvents = 200 });
        CarrierReader client = new(pair.Client);
        for (int i = 0; i < 1000; i++)
        {
            pair.Client.SendStream(2 + (4 * i), default, endStream: true);
        }

        await client.Running;
        Assert.StartsWith($"close {WebTransportErrorCode.ExcessiveLoad} Application", client.Rows[^1], StringComparison.Ordinal);
        CarrierReader server = new(pair.Server);
        await server.Running;
        Assert.Equal($"close {WebTransportErrorCode.ExcessiveLoad} Overload too many events wait to be read", server.Rows[^1]);
        Assert.InRange(server.Rows.Length, 200, 400);
    }

    [Fact]
    public async Task One_stream_that_is_not_read_holds_its_sender_and_nothing_else()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader client = new(pair.Client);
        CarrierReader server = new(pair.Server);
        Begin(pair.Client, 0, 2);
        await server.WaitForAsync(0, 1);
        pair.Server.SetReceiving(0, isReceiving: false);
        Lock sending = new();
        const long Size = 12 * 1024 * 1024;
        HeldWriter held = new(pair.Client, client, sending, 0, 1, Size);
        await SendAsync(pair.Client, sending, 2, 16 * 1024 * 1024, 1);
        await server.WaitForAsync("2 end");
        await held.WhenHeldAsync();
        Assert.InRange(held.Sent, 1, 8 * 1024 * 1024);
        Assert.InRange(server.Received(0), 1, 1024 * 1024);
        pair.Server.SetReceiving(0, isReceiving: true);
        await held.Running;
        await server.WaitForAsync("0 end");
        Assert.Equal(Size, server.Received(0));
    }

    [Fact]
    public async Task An_answer_that_is_not_read_holds_its_own_stream_and_no_other()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader client = new(pair.Client);
        CarrierReader server = new(pair.Server, item => Echo(pair.Server, item));
        Begin(pair.Client, 0, 4);
        await client.WaitForAsync(0, 1);
        pair.Client.SetReceiving(0, isReceiving: false);
        Lock sending = new();
        const long Size = 12 * 1024 * 1024;
        HeldWriter held = new(pair.Client, client, sending, 0, 1, Size);
        await SendAsync(pair.Client, sending, 4, 16 * 1024 * 1024, 1);
        await client.WaitForAsync("4 end");
        await held.WhenHeldAsync();
        Assert.InRange(held.Sent, 1, 8 * 1024 * 1024);
        pair.Client.SetReceiving(0, isReceiving: true);
        await held.Running;
        await client.WaitForAsync("0 end");
        Assert.Equal(Size, client.Received(0));
    }

    [Fact]
    public async Task Datagrams_arrive_where_they_are_announced_and_are_announced_nowhere_else()
    {
        await using CarrierPair pair = await OpenAsync();
        WebTransportConnectionOptions options = new() { RequireDatagrams = false };
        using WebTransportConnection connection = new(WebTransportRole.Client, pair.Client, options);
        using WebTransportConnection peer = new(WebTransportRole.Server, pair.Server, options);
        TaskCompletionSource ready = new();
        Task running = new WebTransportPump(connection, pair.Client, e => ready.TrySetResult()).RunAsync();
        Task serving = new WebTransportPump(peer, pair.Server, _ => { }).RunAsync();
        await ready.Task;
        Assert.Equal(pair.Client.MaxDatagramSize > 0 ? 1 : 0, connection.PeerSettings!.Get(WebTransportSettingId.H3Datagram));
        Assert.True(pair.Client.MaxDatagramSize is 0 or > 1000);
        connection.Close();
        await running;
        await serving;
    }

    /// <summary>Sends back what comes, and reads no more of a stream while its answer has no room.</summary>
    private static void Echo(IQuicCarrier carrier, QuicEvent item)
    {
        if (item.Kind == QuicEventKind.Stream)
        {
            carrier.SendStream(item.StreamId, item.Data.Span, item.EndStream);
            if (carrier.GetRoom(item.StreamId) == 0)
            {
                carrier.SetReceiving(item.StreamId, isReceiving: false);
            }
        }
        else if (item.Kind == QuicEventKind.Writable)
        {
            carrier.SetReceiving(item.StreamId, isReceiving: true);
        }
    }

    /// <summary>Writes while there is room, and goes on when there is again.</summary>
    private sealed class HeldWriter
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _sent;

        public HeldWriter(IQuicCarrier carrier, CarrierReader reader, Lock sending, long streamId, long sent, long size)
        {
            _sent = sent;
            Running = Task.Run(() => RunAsync(carrier, reader, sending, streamId, size));
        }

        public Task Running { get; }

        public long Sent => Interlocked.Read(ref _sent);

        /// <summary>Ends when there was no room once.</summary>
        public Task WhenHeldAsync() => _held.Task;

        private async Task RunAsync(IQuicCarrier carrier, CarrierReader reader, Lock sending, long streamId, long size)
        {
            for (int waits = 0; Sent < size;)
            {
                if (carrier.GetRoom(streamId) == 0)
                {
                    _held.TrySetResult();
                    waits++;
                    await reader.WaitAsync("room", () => reader.CountOf(QuicEventKind.Writable, streamId) >= waits);
                    continue;
                }

                byte[] piece = StreamPattern.Make(streamId, Sent, (int)Math.Min(Chunk, size - Sent));
                lock (sending)
                {
                    carrier.SendStream(streamId, piece, endStream: Sent + piece.Length == size);
                }

                Interlocked.Add(ref _sent, piece.Length);
            }
        }
    }
}
