using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

/// <summary>Whole lines, which are found by their masks, mean what they mean to the automaton, which sees a byte at a time.</summary>
public class Http1WholeLinesTests
{
    private const string Start = "GET / HTTP/1.1\r\nHost: a\r\n";

    [Fact]
    public void Names_of_every_length_are_found_wherever_they_begin()
    {
        for (int before = 0; before < 70; before += 3)
        {
            for (int length = 1; length < 200; length += length < 70 ? 1 : 7)
            {
                AssertSame($"{Start}x: {new string('v', before)}\r\n{new string('n', length)}: value\r\nlast:\r\n\r\n", fields: 4);
            }
        }
    }

    [Fact]
    public void Values_of_every_length_are_found_over_blocks_and_windows()
    {
        for (int length = 0; length < 1200; length += length < 130 || (length > 440 && length < 580) ? 1 : 13)
        {
            AssertSame($"{Start}name: {new string('v', length)}\r\nanother:\t {new string('w', 60)} \t\r\nlast: 1\r\n\r\n", fields: 4);
        }
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(99)]
    public void As_many_fields_as_are_allowed_are_found(int count)
        => AssertSame(Start + string.Concat(Enumerable.Range(0, count).Select(i => $"n{i}: {i}\r\n")) + "\r\n", count + 1);

    [Fact]
    public void Any_byte_anywhere_in_a_line_is_taken_or_refused_as_the_automaton_does()
    {
        byte[] head = Encoding.Latin1.GetBytes($"{Start}name: {new string('v', 50)} \r\nContent-Length: 12\r\nlast: 1\r\n\r\n");
        for (int at = Start.Length; at < head.Length; at++)
        {
            byte was = head[at];
            for (int value = 0; value < 256; value++)
            {
                head[at] = (byte)value;
                Assert.Equal(Describe(head, step: 1), Describe(head, step: head.Length));
            }

            head[at] = was;
        }
    }

    private static void AssertSame(string text, int fields)
    {
        byte[] head = Encoding.Latin1.GetBytes(text);
        string whole = Describe(head, head.Length);
        Assert.Equal(Describe(head, step: 1), whole);
        Assert.Equal(fields, whole.Count(c => c == '\n'));
    }

    /// <summary>The fields a line each, or the error.</summary>
    private static string Describe(byte[] input, int step)
    {
        using Http1RequestDecoder decoder = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        for (int at = 0; at < input.Length && status == OperationStatus.NeedMoreData; at += step)
        {
            status = decoder.Decode(input.AsSpan(at, Math.Min(step, input.Length - at)), out _, out Http1RequestHead head);
            if (status == OperationStatus.Done)
            {
                StringBuilder fields = new();
                foreach (Http1Field field in head.Fields)
                {
                    fields.Append(Encoding.Latin1.GetString(field.Name)).Append('=').Append(Encoding.Latin1.GetString(field.Value)).Append('\n');
                }

                return $"{fields}{head.ContentLength}{head.IsChunked}";
            }
        }

        return $"{status} {decoder.Error} {decoder.ErrorOffset}";
    }
}
