using System.Buffers;
using System.Text;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ServerSentEvents;

/// <summary>Work is linear in the bytes, and what is held stays within the limits, whatever the bytes.</summary>
public class EventStreamWorkTests
{
    private const int Length = 4096;

    public static TheoryData<string> Worst { get; } =
    [
        "data: x", "data:x\n", "data\n", ":\n", ": x", "id: 1\n", "event: x\n", "retry: 1\n", "unknown\n",
        "\r", "\n", "data: \u00ff", "\r\n", "data: a\n:\n", "data: a\n\n",
    ];

    [Theory]
    [MemberData(nameof(Worst))]
    public Task Bytes_are_offered_once(string unit) => Work.IsLinearAsync(Length, async (length, work) =>
    {
        // What has no line end becomes one long line of its last character.
        string text = unit.AsSpan().ContainsAny('\r', '\n')
            ? string.Concat(Enumerable.Repeat(unit, length / unit.Length))
            : unit + new string(unit[^1], length);
        await Trickle.RunAsync(Encoding.Latin1.GetBytes(text), 7, async pipe =>
        {
            using EventStreamReader reader = new(new CountingPipeReader(pipe, work));
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out _))
                {
                }
            }

            return 0;
        });
    });

    [Theory]
    [InlineData("data: ", EventStreamProtocolError.EventTooLong)]
    [InlineData("event: ", EventStreamProtocolError.FieldTooLong)]
    [InlineData("id: ", EventStreamProtocolError.FieldTooLong)]
    [InlineData(": ", EventStreamProtocolError.LineTooLong)]
    public void What_is_replaced_counts_as_it_is_held(string head, EventStreamProtocolError error)
    {
        // A third of the limit in bytes that become three each: one more is too much.
        EventStreamOptions options = new() { MaxEventLength = 300, MaxFieldLength = 300, MaxLineLength = 300 };
        byte[] fits = [.. Encoding.ASCII.GetBytes(head), .. Enumerable.Repeat((byte)0xFF, 100), .. "\n\n"u8];
        byte[] tooLong = [.. Encoding.ASCII.GetBytes(head), .. Enumerable.Repeat((byte)0xFF, 101), .. "\n\n"u8];
        for (int split = 0; split <= fits.Length; split++)
        {
            using EventStreamDecoder good = new(options);
            Decode(good, fits, split);
            Assert.Equal(EventStreamProtocolError.None, good.Error);
            using EventStreamDecoder bad = new(options);
            int held = Decode(bad, tooLong, split);
            Assert.Equal((error, head.Length + 100L), (bad.Error, bad.ErrorOffset));
            Assert.True(held <= 301, $"{held} bytes are held.");
        }
    }

    [Fact]
    public void Events_of_many_lines_hold_no_more_than_the_limit()
    {
        EventStreamOptions options = new() { MaxEventLength = 1000 };
        using EventStreamDecoder decoder = new(options);
        byte[] line = [.. "data: "u8, .. Enumerable.Repeat((byte)0xE2, 10), (byte)'\n'];
        int most = 0;
        OperationStatus status;
        do
        {
            status = decoder.Decode(line, out _, out _);
            most = Math.Max(most, decoder.ScratchLength);
        }
        while (status == OperationStatus.NeedMoreData);
        Assert.Equal(EventStreamProtocolError.EventTooLong, decoder.Error);
        Assert.InRange(most, 900, 1000);
    }

    private static int Decode(EventStreamDecoder decoder, byte[] stream, int split)
    {
        int most = 0;
        foreach (Range range in new[] { Range.EndAt(split), Range.StartAt(split) })
        {
            ReadOnlySpan<byte> piece = stream.AsSpan(range);
            OperationStatus status;
            do
            {
                status = decoder.Decode(piece, out int consumed, out EventStreamElement element);
                piece = piece[consumed..];
                most = Math.Max(most, Math.Max(decoder.ScratchLength, element.Data.Length));
            }
            while (status == OperationStatus.Done);
        }

        return most;
    }
}
