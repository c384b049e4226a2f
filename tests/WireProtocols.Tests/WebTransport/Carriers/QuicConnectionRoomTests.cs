using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class QuicConnectionRoomTests
{
    [Fact]
    public void Nobody_waits_while_there_is_room()
    {
        QuicConnectionRoom room = new(10);
        room.Add(10);
        Assert.True(room.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.Equal(10, room.Waiting);
    }

    [Fact]
    public async Task All_who_wait_go_on_when_no_more_than_the_limit_waits()
    {
        QuicConnectionRoom room = new(10);
        room.Add(12);
        Task one = room.WaitAsync(CancellationToken.None).AsTask();
        Task other = room.WaitAsync(CancellationToken.None).AsTask();
        room.Add(-1);
        Assert.False(one.IsCompleted);
        Assert.False(other.IsCompleted);
        room.Add(-1);
        await one;
        await other;
    }

    [Fact]
    public async Task The_end_lets_everybody_go()
    {
        QuicConnectionRoom room = new(0);
        room.End();
        room.Add(1);
        Assert.True(room.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);

        QuicConnectionRoom other = new(0);
        other.Add(1);
        Task waiting = other.WaitAsync(CancellationToken.None).AsTask();
        other.End();
        await waiting;
    }

    [Fact]
    public async Task A_wait_can_be_cancelled_before_it_begins_and_in_the_middle()
    {
        using CancellationTokenSource stop = new();
        QuicConnectionRoom room = new(0);
        room.Add(1);
        Task waiting = room.WaitAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(room.WaitAsync(stop.Token).IsCanceled);
    }
}
