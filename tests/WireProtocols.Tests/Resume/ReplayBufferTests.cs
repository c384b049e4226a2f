using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

public class ReplayBufferTests
{
    [Fact]
    public void What_was_missed_comes_in_its_order()
    {
        ReplayBuffer buffer = Create(new ReplayBufferOptions(), 5);
        Assert.Equal(ReplayAnswer.Complete, buffer.GetMissed(3, out IReadOnlyList<ReadOnlyMemory<byte>> missed));
        Assert.Equal([4, 5], missed.Select(m => m.Span[0]));
        Assert.Equal(ReplayAnswer.Complete, buffer.GetMissed(buffer.Position, out missed));
        Assert.Empty(missed);
    }

    [Fact]
    public void The_oldest_go_first_by_number_and_by_bytes()
    {
        ReplayBuffer few = Create(new ReplayBufferOptions { MaxMessages = 3 }, 10);
        Assert.Equal((3, 3L), (few.Count, few.Bytes));
        Assert.Equal(ReplayAnswer.Gone, few.GetMissed(6, out _));
        Assert.Equal(ReplayAnswer.Complete, few.GetMissed(7, out IReadOnlyList<ReadOnlyMemory<byte>> missed));
        Assert.Equal([8, 9, 10], missed.Select(m => m.Span[0]));
        Assert.Equal(4, Create(new ReplayBufferOptions { MaxBytes = 4 }, 10).Count);
        Assert.Equal(0, Create(new ReplayBufferOptions { MaxMessages = 0 }, 10).Count);
    }

    [Fact]
    public void The_oldest_go_by_age_and_who_missed_none_of_them_is_told_so()
    {
        ManualTimeProvider time = new();
        ReplayBuffer buffer = Create(new ReplayBufferOptions { MaxAge = TimeSpan.FromSeconds(10), TimeProvider = time }, 2);
        time.Advance(TimeSpan.FromSeconds(6));
        buffer.Add(new byte[] { 3 });
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, buffer.Count);
        Assert.Equal(ReplayAnswer.Gone, buffer.GetMissed(1, out _));
        Assert.Equal(ReplayAnswer.Complete, buffer.GetMissed(2, out _));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(0, buffer.Bytes);
        Assert.Equal(ReplayAnswer.Gone, buffer.GetMissed(2, out _));
        Assert.Equal(ReplayAnswer.Complete, buffer.GetMissed(3, out _));
    }

    [Fact]
    public void A_position_of_another_stream_or_of_the_future_is_gone()
    {
        ReplayBuffer buffer = Create(new ReplayBufferOptions(), 2);
        Assert.Equal(ReplayAnswer.Gone, buffer.GetMissed(new ReplayPosition("other", 1), out _));
        Assert.Equal(ReplayAnswer.Gone, buffer.GetMissed(3, out _));
        Assert.Equal(ReplayAnswer.Gone, buffer.GetMissed(-1, out _));
        Assert.NotEqual(buffer.Epoch, new ReplayBuffer().Epoch);
        Assert.Equal(8, new ReplayBuffer(epoch: "e", lastSequence: 7).Add(default).Sequence);
        Assert.Throws<ArgumentException>("epoch", () => new ReplayBuffer(epoch: ""));
    }

    [Fact]
    public void A_position_is_read_as_it_is_written()
    {
        Assert.True(ReplayPosition.TryParse(new ReplayPosition("a-b", 17).ToString(), out ReplayPosition position));
        Assert.Equal(new ReplayPosition("a-b", 17), position);
        Assert.All(["", "17", "-17", "a-", "a-1x", "a-99999999999999999999", null], text => Assert.False(ReplayPosition.TryParse(text, out _)));
    }

    private static ReplayBuffer Create(ReplayBufferOptions options, int messages)
    {
        ReplayBuffer buffer = new(options);
        for (int i = 1; i <= messages; i++)
        {
            Assert.Equal(i, buffer.Add(new[] { (byte)i }).Sequence);
        }

        return buffer;
    }
}
