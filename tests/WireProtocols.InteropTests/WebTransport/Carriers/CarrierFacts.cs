using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>What <see cref="IQuicCarrier"/> promises, whatever carries: streams, their ends and their ids. Every carrier runs this.</summary>
public abstract class CarrierFacts
{
    private protected const int Chunk = 16 * 1024;

    /// <summary>Why there is no such carrier here, or null.</summary>
    protected abstract string? Missing { get; }

    /// <summary>False where the stack has no way to send the reason of a close.</summary>
    protected virtual bool CarriesReason => true;

    /// <summary>Why streams that are stopped in the middle do not come to their end, or null where they do.</summary>
    protected virtual string? StopsLinger => null;

    protected abstract Task<CarrierPair> ConnectAsync(CarrierSettings settings);

    [Theory]
    [InlineData(1, 64)]
    [InlineData(8, 8)]
    public async Task Streams_arrive_whole_and_in_order_under_writers_that_flush_at_the_same_time(int streams, int megabytes)
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader server = new(pair.Server);
        CarrierReader client = new(pair.Client);
        long size = megabytes * 1024L * 1024;
        Lock sending = new();
        using CancellationTokenSource done = new();
        Task[] flushing = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => FlushAsync(pair.Client, done.Token)))];
        Begin(pair.Client, Enumerable.Range(0, streams).Select(i => 2L + (4 * i)));
        await Task.WhenAll(Enumerable.Range(0, streams).Select(i => Task.Run(() => SendAsync(pair.Client, sending, 2 + (4 * i), size, i))));
        for (int i = 0; i < streams; i++)
        {
            await server.WaitForAsync($"{2 + (4 * i)} end");
            Assert.Equal(size, server.Received(2 + (4 * i)));
        }

        await done.CancelAsync();
        await Task.WhenAll(flushing);
        Assert.All(client.Rows, r => Assert.EndsWith("room", r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_thousand_stopped_streams_leave_room_for_more()
    {
        Assert.SkipWhen(Missing is null && StopsLinger is not null, StopsLinger ?? "");
        await using CarrierPair pair = await OpenAsync();
        CarrierReader server = new(pair.Server, item =>
        {
            if (item.Kind == QuicEventKind.Stream && item.StreamId < 8000)
            {
                pair.Server.StopSending(item.StreamId, 9);
            }
        });
        CarrierReader client = new(pair.Client, item => AnswerStop(pair.Client, item));
        for (int i = 0; i <= 2000; i++)
        {
            pair.Client.SendStream(2 + (4 * i), StreamPattern.Make(2 + (4 * i), 0, 10), endStream: false);
        }

        await server.WaitForAsync(8002, 10);
        await server.WaitForCountAsync(QuicEventKind.Reset, 2000);
        await client.WaitForCountAsync(QuicEventKind.StopSending, 2000);
        Assert.All(server.Rows, row => Assert.EndsWith(" reset 9", row, StringComparison.Ordinal));
        Assert.All(client.Rows, row => Assert.EndsWith(" stop 9", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Three_thousand_finished_streams_arrive_each_with_its_end()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader server = new(pair.Server);
        for (int i = 0; i < 3000; i++)
        {
            pair.Client.SendStream(2 + (4 * i), StreamPattern.Make(2 + (4 * i), 0, 10), endStream: true);
        }

        await server.WaitForCountAsync(QuicEventKind.Stream, 3000);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"{2 + (4 * i)} end").Order(), server.Rows.Order());
        Assert.All(Enumerable.Range(0, 3000), i => Assert.Equal(10, server.Received(2 + (4 * i))));
    }

    [Fact]
    public async Task What_is_sent_late_on_a_stream_that_the_peer_has_reset_opens_no_other()
    {
        Assert.SkipWhen(Missing is null && StopsLinger is not null, StopsLinger ?? "");
        await using CarrierPair pair = await OpenAsync();
        long[] ids = [0, 4, 8, 12, 16, 20, 24, 28];
        CarrierReader client = new(pair.Client);
        CarrierReader server = new(pair.Server, item => AnswerStop(pair.Server, item));
        foreach (long id in ids)
        {
            pair.Client.SendStream(id, StreamPattern.Make(id, 0, 10), endStream: false);
        }

        foreach (long id in ids)
        {
            await server.WaitForAsync(id, 10);
            pair.Client.SetReceiving(id, isReceiving: false);
            pair.Server.SendStream(id, StreamPattern.Make(id, 0, 1024 * 1024), endStream: false);
            pair.Client.ResetStream(id, 5, 0);
            pair.Client.StopSending(id, 6);
        }

        await server.WaitForCountAsync(QuicEventKind.Reset, 8);
        await server.WaitForCountAsync(QuicEventKind.StopSending, 8);
        foreach (long id in ids)
        {
            pair.Server.SendStream(id, StreamPattern.Make(id, 0, 10), endStream: true);
            pair.Server.ResetStream(id, 5, 0);
            pair.Server.StopSending(id, 5);
        }

        pair.Server.SendStream(3, StreamPattern.Make(3, 0, 10), endStream: false);
        pair.Server.SendStream(1, StreamPattern.Make(1, 0, 10), endStream: true);
        pair.Server.SendStream(5, StreamPattern.Make(5, 0, 10), endStream: true);
        await client.WaitForAsync(3, 10);
        await client.WaitForAsync("1 end");
        await client.WaitForAsync("5 end");
        Assert.Equal(20, client.Received(1) + client.Received(5));
        Assert.Equal(8, server.Rows.Count(r => r.EndsWith(" reset 5", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stop_is_told_with_its_code_and_answered_with_it()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader client = new(pair.Client, item => AnswerStop(pair.Client, item));
        CarrierReader server = new(pair.Server, item => AnswerStop(pair.Server, item));
        pair.Client.SendStream(0, StreamPattern.Make(0, 0, 10), endStream: false);
        await server.WaitForAsync(0, 10);
        pair.Client.StopSending(0, 77);
        await server.WaitForAsync("0 stop 77");
        await client.WaitForAsync("0 reset 77");
        pair.Server.StopSending(0, 78);
        await client.WaitForAsync("0 stop 78");
        await server.WaitForAsync("0 reset 78");
    }

    [Fact]
    public async Task A_reset_arrives_once_with_its_code_and_what_is_left_of_the_stream_works()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader client = new(pair.Client);
        CarrierReader server = new(pair.Server);
        pair.Client.SendStream(0, StreamPattern.Make(0, 0, 10), endStream: false);
        await server.WaitForAsync(0, 10);
        pair.Client.ResetStream(0, 41, 0);
        pair.Client.ResetStream(0, 42, 0);
        await server.WaitForAsync("0 reset 41");
        pair.Server.SendStream(0, StreamPattern.Make(0, 0, 100_000), endStream: true);
        await client.WaitForAsync("0 end");
        Assert.Equal(100_000, client.Received(0));
        Assert.Equal(["0 reset 41"], server.Rows);
    }

    [Fact]
    public async Task What_a_reset_promises_arrives_before_it()
    {
        await using CarrierPair pair = await OpenAsync();
        Assert.SkipUnless(pair.Client.SupportsReliableReset, "RESET_STREAM_AT is not negotiated.");
        pair.Client.SendStream(2, StreamPattern.Make(2, 0, 300_000), endStream: false);
        pair.Client.ResetStream(2, 43, 200_000);
        CarrierReader server = new(pair.Server);
        await server.WaitForAsync("2 reset 43");
        Assert.InRange(server.Received(2), 200_000, 300_000);
    }

    [Fact]
    public async Task An_open_that_has_to_wait_holds_up_no_stream_of_another_type()
    {
        await using CarrierPair pair = await OpenAsync(new CarrierSettings { Bidirectional = 1 });
        CarrierReader client = new(pair.Client);
        CarrierReader server = new(pair.Server);
        foreach (long id in (long[])[0, 4, 2, 6])
        {
            pair.Client.SendStream(id, StreamPattern.Make(id, 0, 10), endStream: true);
        }

        await server.WaitForAsync("2 end");
        await server.WaitForAsync("6 end");
        await server.WaitForAsync("0 end");
        pair.Server.SendStream(0, default, endStream: true);
        await client.WaitForAsync("0 end");
        await server.WaitForAsync("4 end");
    }

    private protected async Task<CarrierPair> OpenAsync(CarrierSettings? settings = null)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await ConnectAsync(settings ?? new CarrierSettings());
    }

    /// <summary>Opens streams in the order of their ids, with the first byte of each.</summary>
    private protected static void Begin(IQuicCarrier carrier, params IEnumerable<long> ids)
    {
        foreach (long id in ids)
        {
            carrier.SendStream(id, StreamPattern.Make(id, 0, 1), endStream: false);
        }
    }

    /// <summary>Sends the rest of a stream that was begun, in pieces, and finishes it.</summary>
    private protected static async Task SendAsync(IQuicCarrier carrier, Lock sending, long streamId, long size, int seed)
    {
        Random random = new(seed);
        for (long sent = 1; sent < size;)
        {
            int count = (int)Math.Min(random.Next(1, 4 * Chunk), size - sent);
            byte[] piece = StreamPattern.Make(streamId, sent, count);
            sent += count;
            lock (sending)
            {
                carrier.SendStream(streamId, piece, endStream: sent == size);
            }

            await carrier.FlushAsync();
        }
    }

    /// <summary>What a WebTransportConnection does (RFC 9000 §3.5).</summary>
    private static void AnswerStop(IQuicCarrier carrier, QuicEvent item)
    {
        if (item.Kind == QuicEventKind.StopSending)
        {
            carrier.ResetStream(item.StreamId, item.ErrorCode, 0);
        }
    }

    private static async Task FlushAsync(IQuicCarrier carrier, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await carrier.FlushAsync(CancellationToken.None);
            await Task.Yield();
        }
    }
}
