using System.Buffers.Binary;

namespace WireProtocols.Testing;

/// <summary>Messages of <c>application/vnd.amazon.eventstream</c>: a prelude, headers, a payload, and checksums that fit.</summary>
public sealed class EventMessageFormat(int setupLength) : FuzzFormat
{
    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;
    private const uint Polynomial = 0xEDB88320;

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> elements = [];
        while (!body.IsEmpty)
        {
            long length = body.Length < PreludeLength ? body.Length : Math.Max(PreludeLength, BinaryPrimitives.ReadUInt32BigEndian(body));
            int taken = (int)Math.Min(body.Length, length);
            elements.Add(body[..taken].ToArray());
            body = body[taken..];
        }

        return elements;
    }

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        List<byte> headers = [];
        for (int count = dice.Next(5); count > 0; count--)
        {
            headers.AddRange(CreateHeader(dice));
        }

        byte[] payload = dice.Next(4) == 0
            ? FormatText.Ascii(dice.Pick("{\"bytes\":\"aGk=\"}", "{\"bytes\":1}", "{\"p\":[{}],\"bytes\":\"\"}"))
            : FormatText.Text(dice, dice.Length());
        byte[] message = [.. new byte[PreludeLength], .. headers, .. payload, .. new byte[ChecksumLength]];
        uint headersLength = (uint)(headers.Count + (dice.Next(30) == 0 ? dice.Next(-2, 40) : 0));
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)(message.Length + (dice.Next(30) == 0 ? dice.Next(-20, 20) : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), headersLength);
        return Seal(message);
    }

    /// <inheritdoc/>
    public override byte[] Change(byte[] element, Random dice)
    {
        if (element.Length < PreludeLength + ChecksumLength)
        {
            return Create(dice);
        }

        // A byte behind the prelude is another, and the checksums fit again.
        element[dice.Next(PreludeLength, element.Length)] = (byte)dice.Next(256);
        return Seal(element);
    }

    private static byte[] CreateHeader(Random dice)
    {
        string name = dice.Pick(":message-type", ":event-type", ":exception-type", ":error-code", ":error-message", ":content-type", "a", "b", "c");
        byte type = (byte)(dice.Next(30) == 0 ? dice.Next(256) : dice.Next(2) == 0 ? 7 : dice.Next(10));
        byte[] value = new byte[type switch { 2 => 1, 3 => 2, 4 => 4, 5 or 8 => 8, 9 => 16, _ => 0 }];
        dice.NextBytes(value);
        if (type is 6 or 7)
        {
            byte[] text = dice.Next(2) == 0
                ? FormatText.Ascii(dice.Pick("event", "exception", "error", "chunk", "application/json"))
                : FormatText.Text(dice, dice.Length());
            value = [(byte)(text.Length >> 8), (byte)text.Length, .. text];
        }

        byte[] spelled = dice.Next(8) == 0 ? FormatText.Text(dice, 255) : FormatText.Ascii(name);
        return [(byte)spelled.Length, .. spelled.AsSpan(0, Math.Min(spelled.Length, byte.MaxValue)), type, .. value];
    }

    /// <summary>Makes both checksums those of what stands before them.</summary>
    private static byte[] Seal(byte[] message)
    {
        Write(message, PreludeLength - ChecksumLength);
        Write(message, message.Length - ChecksumLength);
        return message;
    }

    private static void Write(byte[] message, int length)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in message.AsSpan(0, length))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(length), ~crc);
    }
}
