namespace WireProtocols.Testing;

/// <summary>Elements of a type, a length and so many bytes, in variable-length integers: capsules (RFC 9297 §3.2), HTTP/3 frames (RFC 9114
/// §7.1).</summary>
public sealed class TypedFormat(int setupLength, params long[] types) : FuzzFormat
{
    // RFC 9000 §16: 62 bits.
    private const long Largest = (1L << 62) - 1;

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    public static TypedFormat Capsules(int setupLength)
        => new(
            setupLength, 0x00, 0x2843, 0x78AE, 0x190B4D3D, 0x190B4D3F, 0x190B4D41, 0x190B4D43, 0x190B4D3A, 0x190B4D39, 0x190B4D3B, 0x190B4D3C,
            0x190B4D3E);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> elements = [];
        while (!body.IsEmpty)
        {
            int length = Math.Min(body.Length, ElementLength(body));
            elements.Add(body[..length].ToArray());
            body = body[length..];
        }

        return elements;
    }

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        byte[] value = dice.Next(3) switch
        {
            0 => FormatText.Text(dice, dice.Length()),
            1 => [.. Enumerable.Range(0, dice.Next(4)).SelectMany(_ => Integer(Number(dice), dice))],
            _ => [0, 0, 0, (byte)dice.Next(256), .. FormatText.Text(dice, dice.Length())],
        };
        return [.. Integer(dice.Next(10) == 0 ? Number(dice) : dice.Pick<long>(types), dice), .. Integer(value.Length, dice), .. value];
    }

    /// <summary>In as few bytes as it takes, or in more.</summary>
    private static byte[] Integer(long value, Random dice)
    {
        int size = value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 8;
        size = dice.Next(10) == 0 ? dice.Pick(1, 2, 4, 8) is var wanted && wanted > size ? wanted : size : size;
        byte[] bytes = new byte[size];
        for (int i = size - 1; i >= 0; i--, value >>= 8)
        {
            bytes[i] = (byte)value;
        }

        bytes[0] |= (byte)(size switch { 1 => 0, 2 => 0x40, 4 => 0x80, _ => 0xC0 });
        return bytes;
    }

    private static long Number(Random dice)
        => dice.Next(3) switch { 0 => dice.Next(64), 1 => dice.Next(20_000), _ => dice.NextInt64(Largest) >> dice.Next(60) };

    private static int ElementLength(ReadOnlySpan<byte> bytes)
    {
        long typeSize = 1L << (bytes[0] >> 6);
        if (typeSize >= bytes.Length)
        {
            return bytes.Length;
        }

        int lengthSize = 1 << (bytes[(int)typeSize] >> 6);
        long length = bytes[(int)typeSize] & 0x3F;
        for (int i = 1; i < lengthSize && typeSize + i < bytes.Length; i++)
        {
            length = (length << 8) | bytes[(int)typeSize + i];
        }

        return (int)Math.Min(bytes.Length, typeSize + lengthSize + Math.Min(length, bytes.Length));
    }
}
