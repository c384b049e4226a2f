using System.Globalization;
using System.Text;
using System.Text.Unicode;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>
/// The messages: a head that says whose it is, which one, how long and when, and a body that follows from the first two, so that an echo can be
/// checked to the last byte with nothing kept of what was sent.
/// </summary>
internal static class SoakMessage
{
    public const int MaxLength = 64 * 1024;

    private const int HeadLength = 48;

    /// <summary>Text is put together from blocks, so that every piece of it between blocks is text.</summary>
    private const int BlockLength = 16;

    private static readonly byte[] Text = CreateText();
    private static readonly byte[] Binary = CreateBinary();

    /// <summary>The usual mix of lengths: most messages are small, one in twenty is a page, one in two hundred is large.</summary>
    public static int ChooseLength(Random random) => random.Next(200) switch
    {
        0 => MaxLength,
        < 11 => 4096,
        _ => random.Next(HeadLength, 257),
    };

    /// <summary>Every other message is text.</summary>
    public static WebSocketOpcode OpcodeOf(uint sequence) => sequence % 2 == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Binary;

    /// <summary>The length that a message of about <paramref name="length"/> bytes has.</summary>
    public static int LengthOf(uint sequence, int length)
        => OpcodeOf(sequence) == WebSocketOpcode.Text ? length / BlockLength * BlockLength : length;

    /// <summary>Writes a message that fills <paramref name="destination"/>.</summary>
    public static void Write(Span<byte> destination, uint connection, uint sequence, long stamp)
    {
        // Four numbers, each with a space behind it, and spaces up to the body.
        destination[..HeadLength].Fill((byte)' ');
        Utf8.TryWrite(
            destination[..HeadLength], CultureInfo.InvariantCulture, $"{connection:x8} {sequence:x8} {destination.Length:x8} {stamp:x16}", out _);
        BodyOf(connection, sequence, destination.Length).CopyTo(destination[HeadLength..]);
    }

    /// <summary>Checks an echo.</summary>
    /// <param name="message">The echo.</param>
    /// <param name="connection">The connection that it came on.</param>
    /// <param name="sequence">The message that it is.</param>
    /// <param name="stamp">The stamp that it was sent with.</param>
    /// <returns>False where it is not, byte by byte, a message of this connection's.</returns>
    public static bool TryRead(OwnedWebSocketMessage message, uint connection, out uint sequence, out long stamp)
    {
        ReadOnlySpan<byte> bytes = message.Payload.Span;
        sequence = 0;
        stamp = 0;
        return bytes.Length >= HeadLength
            && TryParse(bytes[..8], out long sender) && sender == connection
            && TryParse(bytes[9..17], out long number) && (sequence = (uint)number) == number
            && TryParse(bytes[18..26], out long length) && length == bytes.Length
            && TryParse(bytes[27..43], out stamp)
            && message.Opcode == OpcodeOf(sequence)
            && bytes[HeadLength..].SequenceEqual(BodyOf(connection, sequence, bytes.Length));
    }

    private static ReadOnlySpan<byte> BodyOf(uint connection, uint sequence, int length)
    {
        // Any offset that scatters will do.
        uint offset = ((connection * 2_654_435_761) ^ (sequence * 2_246_822_519)) % MaxLength;
        return OpcodeOf(sequence) == WebSocketOpcode.Text
            ? Text.AsSpan((int)offset / BlockLength * BlockLength, length - HeadLength)
            : Binary.AsSpan((int)offset, length - HeadLength);
    }

    private static bool TryParse(ReadOnlySpan<byte> digits, out long value)
        => long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static byte[] CreateText()
    {
        string[] blocks = ["the quick brown ", "{\"price\":101.5,}", "éèêëàâäç", "数字信号处 ", "😀🎉🚀🔥", "0123456789abcdef"];
        Random random = new(1);
        return [.. Enumerable.Range(0, 2 * MaxLength / BlockLength).SelectMany(_ => Encoding.UTF8.GetBytes(blocks[random.Next(blocks.Length)]))];
    }

    private static byte[] CreateBinary()
    {
        // Half of it can be compressed.
        byte[] bytes = new byte[2 * MaxLength];
        Random random = new(2);
        random.NextBytes(bytes);
        for (int i = 0; i < bytes.Length; i += 2 * BlockLength)
        {
            bytes.AsSpan(i, BlockLength).Fill((byte)(i >> 8));
        }

        return bytes;
    }
}
