using System.Buffers.Binary;

namespace WireProtocols.Testing;

/// <summary>Elements of four bytes with a length in the last two, and so many bytes, padded to four: attributes of STUN, chunks of SCTP.</summary>
/// <param name="setupLength">How many bytes stand before the elements.</param>
/// <param name="countsHeader">Whether a length counts the four bytes before it.</param>
/// <param name="types">The first two bytes of the elements that are made.</param>
public sealed class LengthValueFormat(int setupLength, bool countsHeader, params int[] types) : FuzzFormat
{
    private const int HeaderLength = 4;

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> elements = [];
        while (!body.IsEmpty)
        {
            int length = body.Length < HeaderLength
                ? body.Length
                : Math.Max(HeaderLength, BinaryPrimitives.ReadUInt16BigEndian(body[2..]) + (countsHeader ? 0 : HeaderLength));
            length = Math.Min(body.Length, (length + 3) & ~3);
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
            1 => [.. Enumerable.Range(0, dice.Pick(1, 2, 3, 4, 5) * HeaderLength).Select(_ => (byte)dice.Next(dice.Pick(3, 256)))],
            _ => new byte[dice.Pick(0, 4, 8, 12, 16, 20, 32)],
        };
        int type = dice.Pick<int>(types);
        int length = value.Length + (countsHeader ? HeaderLength : 0) + (dice.Next(30) == 0 ? dice.Next(-4, 5) : 0);
        return
        [
            (byte)(type >> 8), (byte)type, (byte)(length >> 8), (byte)length, .. value, .. new byte[-value.Length & 3],
        ];
    }
}
