using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class QuicEventQueueTests
{
    [Fact]
    public async Task Events_come_in_their_order_and_memory_is_given_back_with_the_next_one()
    {
        QuicEventQueue queue = new(new QuicCarrierOptions());
        Lender lender = new();
        Assert.False(queue.TryRead(out _));
        Assert.True(queue.TryAdd(new QuicEvent { Kind = QuicEventKind.Stream, StreamId = 4 }, lender));
        queue.AddDatagram([7]);
        Assert.True(await queue.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.True(queue.TryRead(out QuicEvent first));
        Assert.Equal((QuicEventKind.Stream, 4L, 0), (first.Kind, first.StreamId, lender.Returned));
        Assert.True(queue.TryRead(out QuicEvent second));
        Assert.Equal((QuicEventKind.Datagram, 1), (second.Kind, lender.Returned));
        Assert.Equal([7], second.Data.ToArray());
        Assert.False(queue.TryRead(out _));
        Assert.Equal(1, lender.Returned);
    }

    [Fact]
    public void Datagrams_beyond_their_limit_are_dropped_and_their_room_comes_back()
    {
        QuicEventQueue queue = new(new QuicCarrierOptions { MaxWaitingDatagrams = 2 });
        queue.AddDatagram([1]);
        queue.AddDatagram([2]);
        queue.AddDatagram([3]);
        Assert.True(queue.TryRead(out _));
        queue.AddDatagram([4]);
        queue.AddDatagram([5]);
        Assert.Equal([2, 4], ReadAll(queue).Select(e => e.Data.Span[0]));
    }

    [Fact]
    public void What_waits_is_counted_without_the_datagrams()
    {
        QuicEventQueue queue = new(new QuicCarrierOptions { MaxWaitingEvents = 1 });
        queue.AddDatagram([1]);
        Assert.True(queue.TryAdd(new QuicEvent { Kind = QuicEventKind.Reset }));
        Assert.False(queue.IsOverfull);
        Assert.True(queue.TryAdd(new QuicEvent { Kind = QuicEventKind.Reset }));
        Assert.True(queue.IsOverfull);
        Assert.True(queue.TryRead(out _));
        Assert.True(queue.TryRead(out _));
        Assert.False(queue.IsOverfull);
    }

    [Fact]
    public async Task The_first_end_is_the_end()
    {
        QuicEventQueue queue = new(new QuicCarrierOptions());
        queue.End(QuicEventQueue.Overload);
        queue.End(new QuicEvent { Kind = QuicEventKind.Close, Reason = "another" });
        Assert.False(queue.TryAdd(new QuicEvent { Kind = QuicEventKind.Reset }));
        queue.AddDatagram([1]);
        QuicEvent end = Assert.Single(ReadAll(queue));
        Assert.Equal((QuicCloseCause.Overload, WebTransportErrorCode.ExcessiveLoad), (end.Cause, end.ErrorCode));
        Assert.False(await queue.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task This_sides_own_end_is_no_event()
    {
        QuicEventQueue queue = new(new QuicCarrierOptions());
        queue.End();
        queue.End(QuicEventQueue.Overload);
        Assert.False(queue.TryRead(out _));
        Assert.False(await queue.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    private static IEnumerable<QuicEvent> ReadAll(QuicEventQueue queue)
    {
        while (queue.TryRead(out QuicEvent item))
        {
            yield return item;
        }
    }

    private sealed class Lender : IQuicLender
    {
        public int Returned { get; private set; }

        public void Return() => Returned++;
    }
}
