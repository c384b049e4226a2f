using System.Buffers.Binary;

namespace WireProtocols.Testing;

/// <summary>Envelopes of gRPC, gRPC-Web and Connect: a byte of flags, a length of four bytes, and so many bytes.</summary>
public sealed class EnvelopeFormat(int setupLength) : FuzzFormat
{
    private const int HeaderLength = 5;

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> elements = [];
        while (!body.IsEmpty)
        {
            long length = body.Length < HeaderLength ? body.Length : HeaderLength + (long)BinaryPrimitives.ReadUInt32BigEndian(body[1..]);
            int taken = (int)Math.Min(body.Length, length);
            elements.Add(body[..taken].ToArray());
            body = body[taken..];
        }

        return elements;
    }

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        byte flags = dice.Pick<byte>(0, 0, 0, 0, 0, 1, 1, 2, 3, 0x80, 0x81, 4, 0x40);
        byte[] payload = flags switch
        {
            0x80 => FormatText.Ascii("grpc-status: 0\r\n"),
            2 => FormatText.Ascii(dice.Pick("{}", "{\"error\":{\"code\":\"internal\"}}", "{\"metadata\":{\"a\":[\"b\"]}}")),
            _ => FormatText.Text(dice, dice.Length()),
        };
        byte[] header = [flags, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), dice.Next(40) == 0 ? dice.Next(-4, int.MaxValue) : payload.Length);
        return [.. header, .. payload];
    }
}
