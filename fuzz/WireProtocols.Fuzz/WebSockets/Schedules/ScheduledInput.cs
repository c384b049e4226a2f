using System.Buffers.Binary;
using System.Text;

namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>What the peer sends in a round: numbered messages in fragments, Pings between them, and an end.</summary>
public sealed class ScheduledInput
{
    private readonly byte[] _bytes;
    private int _sent;

    public ScheduledInput(Random random, bool isMasked)
    {
        List<byte> bytes = [];
        int count = random.Next(0, 5);
        for (int number = 0; number < count; number++)
        {
            string text = $"{number}:{new string('x', random.Next(0, 40))}.";
            Messages.Add(text);
            AddMessage(bytes, text, random, isMasked);
        }

        EndsWithClose = random.Next(3) > 0;
        if (EndsWithClose)
        {
            byte[] code = new byte[2];
            BinaryPrimitives.WriteInt16BigEndian(code, (short)(1000 + random.Next(2)));
            bytes.AddRange(WebSocketFormat.Frame(0x88, code, isMasked, random));
        }

        // A cut falls anywhere, inside a frame too.
        int length = random.Next(4) == 0 ? random.Next(0, bytes.Count + 1) : bytes.Count;
        _bytes = [.. bytes.Take(length)];
        FailsAtTheEnd = random.Next(4) == 0;
    }

    public List<string> Messages { get; } = [];

    public bool EndsWithClose { get; }

    public bool FailsAtTheEnd { get; }

    public bool IsAtEnd => _sent == _bytes.Length;

    public ReadOnlyMemory<byte> Next(int most)
    {
        int length = Math.Min(most, _bytes.Length - _sent);
        _sent += length;
        return _bytes.AsMemory(_sent - length, length);
    }

    private static void AddMessage(List<byte> bytes, string text, Random random, bool isMasked)
    {
        for (int at = 0, first = 1; at < text.Length; first = 0)
        {
            int length = random.Next(2) == 0 ? text.Length - at : Math.Min(text.Length - at, random.Next(1, 12));
            bool isLast = at + length == text.Length;
            bytes.AddRange(WebSocketFormat.Frame((byte)(first | (isLast ? 0x80 : 0)), Encoding.UTF8.GetBytes(text, at, length), isMasked, random));
            at += length;
            if (random.Next(5) == 0)
            {
                bytes.AddRange(WebSocketFormat.Frame(0x89, "?"u8.ToArray(), isMasked, random));
            }
        }
    }
}
