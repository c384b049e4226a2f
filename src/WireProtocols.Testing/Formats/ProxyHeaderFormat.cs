using System.Buffers.Binary;
using System.Numerics;

namespace WireProtocols.Testing;

/// <summary>Headers of the PROXY protocol: lines of version 1, and signatures with a length and what it counts.</summary>
public sealed class ProxyHeaderFormat(int setupLength) : FuzzFormat
{
    private const int FixedLength = 16;
    private const int LengthIndex = 14;
    private const int TlvHeaderLength = 3;
    private const byte ChecksumType = 3;

    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> elements = [];
        while (!body.IsEmpty)
        {
            int lineEnd = body.IndexOf((byte)'\n') + 1;
            int length = body.StartsWith(Signature) && body.Length >= FixedLength
                ? FixedLength + BinaryPrimitives.ReadUInt16BigEndian(body[LengthIndex..])
                : lineEnd > 0 ? lineEnd : body.Length;
            int taken = Math.Min(body.Length, length);
            elements.Add(body[..taken].ToArray());
            body = body[taken..];
        }

        return elements;
    }

    /// <inheritdoc/>
    public override byte[] Create(Random dice) => dice.Next(3) == 0 ? CreateLine(dice) : CreateBinary(dice);

    private static byte[] CreateLine(Random dice)
    {
        string protocol = dice.Pick("TCP4", "TCP4", "TCP6", "TCP6", "UNKNOWN", "TCP5", "UNKNOWNS");
        string address = protocol == "TCP6" ? dice.Pick("2001:db8::1", "::", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "::1%eth0", "1::2::3")
            : dice.Pick("192.0.2.1", "0.0.0.0", "255.255.255.255", "01.2.3.4", "1.2.3", "256.1.1.1");
        string port = dice.Pick("0", "443", "65535", "65536", "007", "+1", "");
        string lineEnd = dice.Pick("\r\n", "\r\n", "\n", "\r\r\n");
        return FormatText.Ascii($"PROXY {protocol}{dice.Pick(" ", " ", " ", "  ", "")}{address} {address} {port} 80{lineEnd}");
    }

    private static byte[] CreateBinary(Random dice)
    {
        byte family = dice.Pick<byte>(0x11, 0x11, 0x21, 0x31, 0x12, 0x22, 0x32, 0x00, 0x10, 0x01, 0x41, 0x13);
        byte[] addresses = new byte[(family >> 4) switch { 1 => 12, 2 => 36, 3 => 216, _ => 0 }];
        dice.NextBytes(addresses);
        byte[] block = [.. addresses, .. Enumerable.Range(0, dice.Next(4)).SelectMany(_ => CreateTlv(dice))];
        byte[] header = [.. Signature, dice.Pick<byte>(0x21, 0x21, 0x21, 0x20, 0x22, 0x11), family, 0, 0, .. block];
        int length = dice.Next(20) == 0 ? dice.Next(ushort.MaxValue) : block.Length;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(LengthIndex), (ushort)length);
        if (dice.Next(4) > 0)
        {
            Seal(header, FixedLength + addresses.Length);
        }

        return header;
    }

    /// <summary>Puts the right checksum where there is one: CRC-32C over the header, with zeros in its own place.</summary>
    private static void Seal(Span<byte> header, int tlvs)
    {
        for (int at = tlvs; at < header.Length; at += TlvHeaderLength + BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]))
        {
            if (header[at] == ChecksumType)
            {
                uint checksum = uint.MaxValue;
                foreach (byte value in header)
                {
                    checksum = BitOperations.Crc32C(checksum, value);
                }

                BinaryPrimitives.WriteUInt32BigEndian(header[(at + TlvHeaderLength)..], ~checksum);
                return;
            }
        }
    }

    private static byte[] CreateTlv(Random dice)
    {
        byte type = dice.Pick<byte>(1, 2, 3, 4, 5, 0x20, 0x30, 0xE0, 0xEA);
        byte[] value = type switch
        {
            3 => new byte[4],
            0x20 => [1, 0, 0, 0, 0, 0x21, 0, 2, (byte)'v', (byte)'1'],
            _ => FormatText.Text(dice, dice.Length()),
        };
        return [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];
    }
}
