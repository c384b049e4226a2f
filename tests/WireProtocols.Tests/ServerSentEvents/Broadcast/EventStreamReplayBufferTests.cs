using System.Text;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamReplayBufferTests
{
    [Fact]
    public void A_client_gets_what_came_after_its_last_event()
    {
        EventStreamReplayBuffer buffer = Filled(10, 1000, "1", "2", "3");
        Assert.Equal((EventStreamReplay.Complete, "2,3"), Missed(buffer, "1"));
        Assert.Equal((EventStreamReplay.Complete, ""), Missed(buffer, "3"));
        Assert.Equal((EventStreamReplay.None, ""), Missed(buffer, null));
        Assert.Equal((EventStreamReplay.None, ""), Missed(buffer, ""));
        Assert.Equal((EventStreamReplay.Gone, ""), Missed(buffer, "4"));
    }

    [Fact]
    public void The_oldest_events_go_first_and_are_gone()
    {
        EventStreamReplayBuffer buffer = Filled(2, 1000, "1", "2", "3");
        Assert.Equal((EventStreamReplay.Gone, ""), Missed(buffer, "1"));
        Assert.Equal((EventStreamReplay.Complete, "3"), Missed(buffer, "2"));
        Assert.Equal((2, 2L), (buffer.Count, buffer.Bytes));
    }

    [Fact]
    public void Bytes_are_bounded_too()
    {
        EventStreamReplayBuffer buffer = Filled(100, 10, "1234", "5678", "90ab");
        Assert.Equal((2, 8L), (buffer.Count, buffer.Bytes));
        Assert.Equal((EventStreamReplay.Gone, ""), Missed(buffer, "1234"));
        buffer.Add("x", new byte[11]);
        Assert.Equal((0, 0L), (buffer.Count, buffer.Bytes));
        Assert.Equal((EventStreamReplay.Gone, ""), Missed(buffer, "x"));
    }

    [Fact]
    public void An_id_that_comes_again_means_its_last_event()
    {
        EventStreamReplayBuffer buffer = Filled(3, 1000, "1", "2", "1", "3");
        Assert.Equal((EventStreamReplay.Complete, "3"), Missed(buffer, "1"));
        Assert.Equal((EventStreamReplay.Complete, "1,3"), Missed(buffer, "2"));
    }

    [Fact]
    public void Bounds_and_ids_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamReplayBuffer(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamReplayBuffer(0, -1));
        Assert.Throws<ArgumentException>(() => new EventStreamReplayBuffer(1, 1).Add("", default));
    }

    private static EventStreamReplayBuffer Filled(int events, long bytes, params string[] ids)
    {
        EventStreamReplayBuffer buffer = new(events, bytes);
        foreach (string id in ids)
        {
            buffer.Add(id, Encoding.ASCII.GetBytes(id));
        }

        return buffer;
    }

    private static (EventStreamReplay Replay, string Missed) Missed(EventStreamReplayBuffer buffer, string? id)
    {
        EventStreamReplay replay = buffer.GetMissed(id, out IReadOnlyList<ReadOnlyMemory<byte>> missed);
        return (replay, string.Join(',', missed.Select(m => Encoding.ASCII.GetString(m.Span))));
    }
}
