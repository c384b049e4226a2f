using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>The parts that have no network: positions, records, notes, order.</summary>
public class BackplanePartsTests
{
    [Theory]
    [InlineData("1-0", 1, 0)]
    [InlineData("ff-57", 255, 57)]
    [InlineData("ffffffffffffffff-9223372036854775807", ulong.MaxValue, long.MaxValue)]
    public void A_position_is_read_as_it_is_written(string text, ulong epoch, long sequence)
    {
        Assert.True(BackplanePosition.TryParse(text, out BackplanePosition position));
        Assert.Equal(new BackplanePosition(epoch, sequence), position);
        Assert.Equal(text, position.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("0-1")]
    [InlineData("01-1")]
    [InlineData("1-01")]
    [InlineData("FF-1")]
    [InlineData("1--1")]
    [InlineData(" 1-1")]
    [InlineData("1-9223372036854775808")]
    [InlineData("10000000000000000-1")]
    public void Anything_else_is_no_position(string? text) => Assert.False(BackplanePosition.TryParse(text, out _));

    [Fact]
    public void A_record_is_read_as_it_is_written()
    {
        byte[] bytes = BackplaneRecord.Encode(0x0102030405060708, 9, [0xaa, 0xbb]);
        Assert.Equal("01020304050607080000000000000009aabb", Convert.ToHexStringLower(bytes));
        Assert.True(BackplaneRecord.TryDecode(bytes, out BackplaneRecord record));
        Assert.Equal((0x0102030405060708UL, 9L), (record.Publisher, record.Number));
        Assert.Equal([0xaa, 0xbb], record.Payload.ToArray());
        for (int length = 0; length < BackplaneRecord.HeadLength; length++)
        {
            Assert.False(BackplaneRecord.TryDecode(bytes.AsMemory(0, length), out _));
        }

        Assert.False(BackplaneRecord.TryDecode(new byte[BackplaneRecord.HeadLength], out _));
    }

    [Fact]
    public void Notes_are_read_as_they_are_written_and_nothing_cut_is()
    {
        (string, int)[] counts = [("a", 1), ("ü€", 0), ("", 70_000)];
        ReadOnlyMemory<byte> note = Assert.Single(BackplaneNote.Encode(7, TimeSpan.FromSeconds(15), true, counts));
        Assert.True(BackplaneNote.TryDecode(note.Span, out ulong node, out TimeSpan expiry, out bool asks, out var read));
        Assert.Equal((7UL, TimeSpan.FromSeconds(15), true), (node, expiry, asks));
        Assert.Equal(counts, read);
        for (int length = 0; length < note.Length; length++)
        {
            bool isWhole = BackplaneNote.TryDecode(note.Span[..length], out _, out _, out _, out var part);
            Assert.True(!isWhole || part.Count < counts.Length);
        }

        byte[] bad = note.ToArray();
        bad[^4] = 0x80;
        Assert.False(BackplaneNote.TryDecode(bad, out _, out _, out _, out _));
        bad[0] = 2;
        Assert.False(BackplaneNote.TryDecode(bad, out _, out _, out _, out _));
    }

    [Fact]
    public void Many_counts_are_several_notes_and_one_of_them_asks()
    {
        (string Topic, int Members)[] counts = [.. Enumerable.Range(1, 5000).Select(i => ($"topic {i}", i))];
        IReadOnlyList<ReadOnlyMemory<byte>> notes = BackplaneNote.Encode(7, TimeSpan.FromSeconds(15), true, counts);
        Assert.InRange(notes.Count, 2, 10);
        List<(string, int)> read = [];
        int asking = 0;
        foreach (ReadOnlyMemory<byte> note in notes)
        {
            Assert.True(BackplaneNote.TryDecode(note.Span, out _, out _, out bool asks, out var part));
            read.AddRange(part);
            asking += asks ? 1 : 0;
        }

        Assert.Equal(counts, read);
        Assert.Equal(1, asking);
    }

    [Fact]
    public void Order_is_by_position_and_once_by_number()
    {
        BackplaneOrder order = new();
        Assert.Equal(BackplaneVerdict.Deliver, Hear(order, 1, 1, 0, 7, 1));
        Assert.Equal(BackplaneVerdict.Duplicate, Hear(order, 1, 1, 0, 7, 1));
        Assert.Equal(BackplaneVerdict.Gap, Hear(order, 1, 3, 2, 7, 3));
        Assert.Equal(BackplaneVerdict.Deliver, Hear(order, 1, 2, 1, 7, 2));
        Assert.Equal(BackplaneVerdict.Deliver, Hear(order, 1, 5, 0, 8, 1));

        // The same message of a publisher at another position is the same message.
        Assert.Equal(BackplaneVerdict.Duplicate, Hear(order, 1, 6, 5, 7, 2));
        Assert.Equal(new BackplanePosition(1, 6), order.Position);

        // Another log, whose beginning was not heard either.
        Assert.Equal(BackplaneVerdict.Gap, Hear(order, 2, 1, 0, 7, 3));
    }

    [Fact]
    public void Publishers_that_are_silent_the_longest_are_forgotten_first()
    {
        BackplaneOrder order = new(maxPublishers: 2);
        Assert.True(order.TakeNumber(1, 5));
        Assert.True(order.TakeNumber(2, 5));
        Assert.True(order.TakeNumber(1, 6));
        Assert.True(order.TakeNumber(3, 5));
        Assert.False(order.TakeNumber(1, 6));
        Assert.True(order.TakeNumber(2, 5));
    }

    private static BackplaneVerdict Hear(BackplaneOrder order, ulong epoch, long sequence, long previous, ulong publisher, long number)
    {
        ReadOnlyMemory<byte> bytes = BackplaneRecord.Encode(publisher, number, []);
        BackplaneRecord.TryDecode(bytes, out BackplaneRecord record);
        return order.Hear(new BackplaneEntry(new BackplanePosition(epoch, sequence), new BackplanePosition(epoch, previous), bytes), record);
    }
}
