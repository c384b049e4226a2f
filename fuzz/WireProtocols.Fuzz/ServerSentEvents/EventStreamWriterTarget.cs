using System.Buffers;
using System.Text;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>Whatever is passed to the encoder parses back to that one element, or it throws and has written nothing. The input is fields, each a
/// length byte and its bytes: type, ID, data, type, ID, data …</summary>
public sealed class EventStreamWriterTarget : FuzzTarget
{
    public override string Name => "event-stream-writer";

    public override void Run(ReadOnlySpan<byte> input)
    {
        ArrayBufferWriter<byte> output = new();
        List<string> expected = [];
        string lastEventId = "";
        while (!input.IsEmpty)
        {
            ReadOnlySpan<byte> type = Take(ref input);
            ReadOnlySpan<byte> id = Take(ref input);
            ReadOnlySpan<byte> data = Take(ref input);
            if (Write(output, data, type, id))
            {
                string typeText = type.IsEmpty ? "message" : Encoding.UTF8.GetString(type);
                lastEventId = id.IsEmpty ? lastEventId : Encoding.UTF8.GetString(id);
                string dataText = Encoding.UTF8.GetString(data).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
                expected.Add($"event {typeText} {EventStreamRows.Quote(dataText)} {EventStreamRows.Quote(lastEventId)}");
            }
        }

        expected.Add($"end {EventStreamRows.Quote(lastEventId)}");
        IReadOnlyList<string> actual = NaiveEventStream.Decode(output.WrittenSpan);
        Require(expected.SequenceEqual(actual), $"written:\n{string.Join('\n', expected)}\nread:\n{string.Join('\n', actual)}");
    }

    private static bool Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type, ReadOnlySpan<byte> id)
    {
        int before = output.WrittenCount;
        try
        {
            EventStreamEncoder.WriteEvent(output, data, type, id);
            Require(
                !type.ContainsAny((byte)'\r', (byte)'\n') && !id.ContainsAny((byte)'\r', (byte)'\n') && !id.Contains((byte)0),
                "what cannot be said throws");
            return true;
        }
        catch (ArgumentException)
        {
            Require(output.WrittenCount == before, "a call that throws has written nothing");
            return false;
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return default;
        }

        int length = Math.Min(input[0], input.Length - 1);
        ReadOnlySpan<byte> field = input.Slice(1, length);
        input = input[(1 + length)..];
        return field;
    }
}
