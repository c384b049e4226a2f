using System.Buffers;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ServerSentEvents;

/// <summary>
/// Streams made to hurt. Linear time is shown by counting, not by a clock: what a decoder may look at again is only what it keeps, so the
/// bytes kept are measured, and the longest run is bounded by the test's own duration. Scaled down: twenty million lines
/// that mean nothing, of seven kinds each, instead of a billion; both are linear, and what they keep does not depend on their number.
/// </summary>
public sealed class EventStreamHostileTests
{
    private const int Limit = 64 * 1024;

    /// <summary>A build that is not optimized gets a tenth of the work; the whole of it takes seconds in Release.</summary>
    private static readonly int Scale
        = typeof(EventStreamDecoder).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true } ? 10 : 1;

    private static readonly EventStreamOptions Options = new() { MaxLineLength = Limit, MaxEventLength = Limit / 2, MaxFieldLength = Limit };

    /// <summary>What is no UTF-8 is replaced in every field, where a field is a slice of its source too, and in whichever order they come.</summary>
    [Theory]
    [InlineData("id: a\u00ffb\nevent: c\ndata: dddddddd\n\n", "message c dddddddd a\ufffdb")]
    [InlineData("event: c\u00ff\nid: ab\ndata: dddddddd\n\n", "message c\ufffd dddddddd ab")]
    [InlineData("data: d\u00e2\u0082ddddd\nid: ab\n\n", "message message d\ufffdddddd ab")]
    [InlineData("data: dddddddd\nid: \u00f0\u009f\n\n", "message message dddddddd \ufffd")]
    public void What_is_no_text_is_replaced_in_every_field(string stream, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(stream);
        for (int at = 0; at < bytes.Length; at++)
        {
            using EventStreamDecoder decoder = new();
            List<string> events = [];
            Feed.All<EventStreamElement>(
                [bytes.AsMemory(0, at), bytes.AsMemory(at)],
                decoder.Decode,
                e => events.Add($"message {Text(e.Type)} {Text(e.Data)} {Text(e.LastEventId)}"));
            Assert.Equal([expected], events);
        }

        static string Text(ReadOnlySpan<byte> bytes) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
    }

    [Theory]
    [InlineData("data: ", "x", EventStreamProtocolError.EventTooLong)]
    [InlineData("", "x", EventStreamProtocolError.LineTooLong)]
    [InlineData(":", "x", EventStreamProtocolError.LineTooLong)]
    [InlineData("id: ", "x", EventStreamProtocolError.LineTooLong)]
    [InlineData("", "data: x\n", EventStreamProtocolError.EventTooLong)]
    [InlineData("", "data\r", EventStreamProtocolError.EventTooLong)]
    public void What_never_ends_is_stopped_at_the_limit(string head, string repeated, EventStreamProtocolError error)
    {
        foreach (int pieceLength in new[] { 1, 1000, 1 << 20 })
        {
            using EventStreamDecoder decoder = new(Options);
            byte[] piece = [.. Enumerable.Range(0, pieceLength).Select(i => (byte)repeated[i % repeated.Length])];
            piece = piece[..Math.Max(1, pieceLength / repeated.Length * repeated.Length)];
            Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(Encoding.ASCII.GetBytes(head), out _, out _));
            long fed = 0;
            OperationStatus status = OperationStatus.NeedMoreData;
            for (int i = 0; status == OperationStatus.NeedMoreData; i++)
            {
                ReadOnlySpan<byte> next = pieceLength == 1 ? [(byte)repeated[i % repeated.Length]] : piece;
                status = decoder.Decode(next, out int consumed, out _);
                fed += next.Length;
                Assert.True(fed < (8 * Limit) + (1 << 21), "The decoder stops soon after the limit.");
            }

            Assert.Equal((OperationStatus.InvalidData, error), (status, decoder.Error));
            Assert.True(decoder.ErrorOffset <= 8 * Limit);
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("foo\n")]
    [InlineData("event: x\n")]
    [InlineData("id: 1\n")]
    [InlineData("event\n\n")]
    public void Lines_that_mean_nothing_take_no_memory(string line)
    {
        byte[] piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 10_000)));
        using EventStreamDecoder decoder = new(Options);
        Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(piece, out _, out _));
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (long lines = 0; lines < 10_000_000 / Scale; lines += 10_000)
            {
                if (decoder.Decode(piece, out int consumed, out _) != OperationStatus.NeedMoreData || consumed != piece.Length)
                {
                    Assert.Fail("Every line is taken in and means nothing.");
                }
            }
        }));
    }

    [Fact]
    public void Comments_without_end_are_handed_out_and_forgotten()
    {
        byte[] piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(":\n", 10_000)));
        using EventStreamDecoder decoder = new(Options);
        Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode("data: pending\n"u8, out _, out _));
        const int Rounds = 50;
        long comments = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ReadOnlySpan<byte> source = piece;
            while (decoder.Decode(source, out int consumed, out EventStreamElement element) == OperationStatus.Done)
            {
                comments += element.Kind == EventStreamElementKind.Comment ? 1 : 0;
                source = source[consumed..];
            }
        }

        Assert.Equal(Rounds * 10_000, comments);
        Assert.Equal(OperationStatus.Done, decoder.Decode("\n"u8, out _, out EventStreamElement last));
        Assert.Equal("pending", last.GetDataString());
    }

    [Fact]
    public void A_hundred_megabytes_one_byte_at_a_time_are_looked_at_once()
    {
        // One line of half a megabyte after the other: anything that looks at a partial line again with each byte would take an hour.
        const int LineLength = 512 * 1024;
        int total = 100_000_000 / Scale;
        using EventStreamDecoder decoder = new(new EventStreamOptions { MaxLineLength = LineLength + 6 });
        long started = Stopwatch.GetTimestamp();
        long fed = 0;
        int events = 0;
        Span<byte> one = stackalloc byte[1];
        ReadOnlySpan<byte> head = "data: "u8;
        while (fed < total)
        {
            for (int i = 0; i < head.Length + LineLength + 2; i++, fed++)
            {
                one[0] = i < head.Length ? head[i] : i < head.Length + LineLength ? (byte)'x' : (byte)'\n';
                if (decoder.Decode(one, out _, out EventStreamElement element) == OperationStatus.Done)
                {
                    Assert.Equal(LineLength, element.Data.Length);
                    events++;
                }
            }
        }

        Assert.Equal(fed / (LineLength + 8), events);
        TestContext.Current.TestOutputHelper?.WriteLine($"{fed} bytes in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }

    [Fact]
    public void An_idle_decoder_between_large_events_holds_none_of_them()
    {
        using EventStreamDecoder decoder = new();
        byte[] line = [.. "data: "u8, .. new byte[300_000], (byte)'\n'];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(line, out _, out _));
            Assert.True(decoder.HasUnfinishedEvent);
            Assert.Equal(OperationStatus.Done, decoder.Decode("\n"u8, out _, out EventStreamElement element));
            Assert.Equal(300_000, element.Data.Length);
            Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode("\n"u8, out _, out _));
            Assert.Equal(0, decoder.ScratchLength);
        }
    }
}
