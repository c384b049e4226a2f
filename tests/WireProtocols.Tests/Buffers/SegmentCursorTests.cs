using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Buffers;

namespace WireProtocols.Tests.Buffers;

public class SegmentCursorTests
{
    [Fact]
    public void An_empty_sequence_has_nothing_unread()
    {
        SegmentCursor cursor = new(ReadOnlySequence<byte>.Empty);
        Assert.True(cursor.Unread.IsEmpty);
        Assert.True(cursor.UnreadMemory.IsEmpty);
        Assert.False(cursor.TryMoveToNextSegment());
    }

    [Fact]
    public void A_default_cursor_has_nothing_unread()
    {
        SegmentCursor cursor = default;
        Assert.True(cursor.Unread.IsEmpty);
        Assert.True(cursor.UnreadMemory.IsEmpty);
        Assert.False(cursor.TryMoveToNextSegment());
    }

    [Fact]
    public void It_starts_on_the_first_segment_that_holds_bytes()
    {
        SegmentCursor cursor = new(Segments.Create([Array.Empty<byte>(), Array.Empty<byte>(), new byte[] { 1, 2 }]));
        Assert.Equal((byte[])[1, 2], cursor.Unread);
    }

    [Fact]
    public void Empty_segments_between_and_after_are_passed_over()
    {
        SegmentCursor cursor = new(Segments.Create([new byte[] { 1 }, Array.Empty<byte>(), new byte[] { 2, 3 }, Array.Empty<byte>()]));
        cursor.Advance(1);
        Assert.True(cursor.TryMoveToNextSegment());
        Assert.Equal((byte[])[2, 3], cursor.Unread);
        cursor.Advance(2);
        Assert.False(cursor.TryMoveToNextSegment());
        Assert.True(cursor.Unread.IsEmpty);
    }

    [Fact]
    public void The_last_segment_stays_consumed_however_often_the_next_is_asked_for()
    {
        ReadOnlySequence<byte> sequence = Segments.Create([new byte[] { 1 }, new byte[] { 2 }]);
        SegmentCursor cursor = new(sequence);
        cursor.Advance(1);
        Assert.True(cursor.TryMoveToNextSegment());
        cursor.Advance(1);
        Assert.False(cursor.TryMoveToNextSegment());
        Assert.False(cursor.TryMoveToNextSegment());
        Assert.True(sequence.Slice(cursor.Position).IsEmpty);
    }

    [Fact]
    public void Memory_that_is_no_array_is_read_like_any_other()
    {
        using UnmanagedBytes memory = new([1, 2, 3]);
        SegmentCursor cursor = new(Segments.Create([memory.Memory, new byte[] { 4 }]));
        cursor.Advance(1);
        Assert.Equal((byte[])[2, 3], cursor.Unread);
        Assert.Equal((byte[])[2, 3], cursor.UnreadMemory.Span);
        cursor.Advance(2);
        Assert.True(cursor.TryMoveToNextSegment());
        Assert.Equal((byte[])[4], cursor.Unread);
    }

    [Fact]
    public void A_slice_of_a_longer_sequence_is_all_it_sees()
    {
        ReadOnlySequence<byte> whole = Segments.Create([new byte[] { 0, 1, 2 }, new byte[] { 3, 4, 5 }]);
        SegmentCursor cursor = new(whole.Slice(1, 4));
        Assert.Equal((byte[])[1, 2], cursor.Unread);
        cursor.Advance(2);
        Assert.True(cursor.TryMoveToNextSegment());
        Assert.Equal((byte[])[3, 4], cursor.Unread);
        cursor.Advance(2);
        Assert.False(cursor.TryMoveToNextSegment());
    }

    [Fact]
    public void Any_walk_over_any_segments_sees_every_byte_once_and_knows_its_position()
        => Prop.ForAll<byte[], int>((bytes, seed) =>
        {
            Random random = new(seed);
            ReadOnlySequence<byte> sequence = Segments.Create(Segmentation.RandomPieces(bytes, random));
            SegmentCursor cursor = new(sequence);
            List<byte> seen = [];
            do
            {
                while (!cursor.Unread.IsEmpty)
                {
                    int count = 1 + random.Next(cursor.Unread.Length);
                    seen.AddRange(cursor.Unread[..count]);
                    cursor.Advance(count);
                    Assert.Equal(seen.Count, sequence.Slice(0, cursor.Position).Length);
                }
            }
            while (cursor.TryMoveToNextSegment());

            Assert.Equal(bytes, seen);
        }).Check(Config.QuickThrowOnFailure);
}
