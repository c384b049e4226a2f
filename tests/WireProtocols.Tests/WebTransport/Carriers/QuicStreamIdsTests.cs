using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>RFC 9000 §2.1: the lowest bit says who opened a stream, the next one whether it goes one way.</summary>
public class QuicStreamIdsTests
{
    [Theory]
    [InlineData(new long[] { 0, 4, 2, 8, 6 })]
    [InlineData(new long[] { 1, 3, 5, 7 })]
    public void The_own_ids_open_in_their_order_each_kind_for_itself(long[] order)
    {
        QuicStreamIds ids = new();
        Assert.All(order, id => Assert.True(ids.TryOpen(id)));
        Assert.All(order, id => Assert.False(ids.TryOpen(id)));
    }

    [Fact]
    public void One_that_is_skipped_is_an_error()
    {
        QuicStreamIds ids = new();
        Assert.True(ids.TryOpen(0));
        Assert.Equal("streamId", Assert.Throws<ArgumentOutOfRangeException>(() => ids.TryOpen(8)).ParamName);
        Assert.True(ids.TryOpen(4));
    }

    [Fact]
    public void A_stream_of_the_peer_that_is_not_known_is_over()
    {
        QuicStreamIds ids = new();
        ids.SeePeer(0);
        ids.SeePeer(5);
        Assert.False(ids.TryOpen(4));
        Assert.False(ids.TryOpen(2));
        Assert.True(ids.TryOpen(1));
        Assert.True(ids.TryOpen(3));
    }
}
