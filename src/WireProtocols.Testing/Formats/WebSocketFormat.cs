using System.Buffers.Binary;
using System.IO.Compression;

namespace WireProtocols.Testing;

/// <summary>WebSocket frames (RFC 6455 §5.2): lengths that fit, keys that mask, payloads that are compressed where RSV1 says so.</summary>
public sealed class WebSocketFormat(int setupLength) : FuzzFormat
{
    private static readonly byte[] CloseCodes = [0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF7];

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> frames = [];
        while (!body.IsEmpty)
        {
            int length = Math.Min(body.Length, FrameLength(body));
            frames.Add(body[..length].ToArray());
            body = body[length..];
        }

        return frames;
    }

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        int opcode = dice.Pick(0, 0, 1, 1, 1, 2, 2, 8, 9, 10, dice.Next(16));
        bool isCompressed = opcode is 1 or 2 && dice.Next(3) == 0;
        byte[] payload = opcode switch
        {
            1 or 2 when isCompressed && dice.Next(2) == 0 => Periodic(dice),
            8 => dice.Next(4) == 0 ? [] : [0x03, dice.Pick<byte>(CloseCodes), .. FormatText.Text(dice, 20)],
            9 or 10 => FormatText.Text(dice, 16),
            1 => FormatText.Text(dice, dice.Length()),
            _ => Bytes(dice),
        };
        byte first = (byte)(opcode | (dice.Next(4) == 0 && opcode < 8 ? 0 : 0x80) | (isCompressed ? 0x40 : 0) | (dice.Next(50) == 0 ? 0x30 : 0));
        return Frame(first, isCompressed ? Deflate(payload, dice) : payload, dice.Next(8) != 0, dice);
    }

    /// <summary>The same frame with another key, another FIN, another payload, or cut in two.</summary>
    /// <inheritdoc/>
    public override byte[] Change(byte[] element, Random dice)
    {
        if (!TryRead(element, out byte first, out byte[] payload, out bool isMasked))
        {
            return Create(dice);
        }

        int cut = dice.Next(payload.Length + 1);
        return dice.Next(6) switch
        {
            0 => Frame((byte)(first ^ 0x80), payload, isMasked, dice),
            1 => [.. Frame((byte)(first & 0x7F), payload[..cut], isMasked, dice), .. Frame(0x80, payload[cut..], isMasked, dice)],
            2 => Frame(first, payload[..cut], isMasked, dice),
            3 => Frame(first, [.. payload, .. Bytes(dice)], isMasked, dice),
            4 => Frame((byte)(first | 0x40), Deflate(payload, dice), isMasked, dice),
            _ => Frame(first, payload, !isMasked, dice),
        };
    }

    /// <summary>A frame of a first byte and a payload.</summary>
    public static byte[] Frame(byte first, byte[] payload, bool isMasked, Random dice)
    {
        byte mask = (byte)(isMasked ? 0x80 : 0);
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)(mask | payload.Length)],
            < 65536 => [(byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [(byte)(mask | 127), 0, 0, 0, 0, 0, (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        if (!isMasked)
        {
            return [first, .. length, .. payload];
        }

        byte[] key = new byte[4];
        dice.NextBytes(key);
        return [first, .. length, .. key, .. payload.Select((b, i) => (byte)(b ^ key[i % 4]))];
    }

    private static int FrameLength(ReadOnlySpan<byte> bytes)
    {
        int header = HeaderLength(bytes, out long length);
        return (int)Math.Min(int.MaxValue, header + Math.Clamp(length, 0, int.MaxValue - 16));
    }

    private static int HeaderLength(ReadOnlySpan<byte> bytes, out long length)
    {
        length = bytes.Length > 1 ? bytes[1] & 0x7F : 0;
        int header = 2;
        if (length == 126 && bytes.Length >= 4)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            header = 4;
        }
        else if (length == 127 && bytes.Length >= 10)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
            header = 10;
        }

        return header + (bytes.Length > 1 && (bytes[1] & 0x80) != 0 ? 4 : 0);
    }

    private static bool TryRead(byte[] frame, out byte first, out byte[] payload, out bool isMasked)
    {
        int header = HeaderLength(frame, out long length);
        first = frame.Length > 0 ? frame[0] : (byte)0;
        isMasked = frame.Length > 1 && (frame[1] & 0x80) != 0;
        payload = [];
        if (frame.Length < header || length != frame.Length - header)
        {
            return false;
        }

        byte[] key = isMasked ? frame[(header - 4)..header] : new byte[4];
        payload = [.. frame[header..].Select((b, i) => (byte)(b ^ key[i % 4]))];
        return true;
    }

    private static byte[] Deflate(byte[] payload, Random dice)
    {
        using MemoryStream output = new();
        CompressionLevel level = dice.Pick(CompressionLevel.Fastest, CompressionLevel.SmallestSize, CompressionLevel.NoCompression);
        using (DeflateStream deflate = new(output, level))
        {
            deflate.Write(payload);
            deflate.Flush();
        }

        // With the final block that ends a stream, or up to the flush, without the four octets of its empty block (RFC 7692 §7.2.1).
        byte[] stream = output.ToArray();
        int flush = stream.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x00, 0x00, 0xFF, 0xFF]);
        return dice.Next(8) == 0 || flush < 0 ? stream : stream[..flush];
    }

    /// <summary>A text that comes back after a while: its matches are as long as they can be, and reach all over a small window.</summary>
    private static byte[] Periodic(Random dice)
    {
        byte[] period = FormatText.Ascii(string.Concat(Enumerable.Range(0, 260 + dice.Next(252)).Select(_ => (char)('a' + dice.Next(26)))));
        return [.. Enumerable.Repeat(period, 2 + dice.Next(7)).SelectMany(p => p).Take(4096)];
    }

    private static byte[] Bytes(Random dice)
    {
        byte[] bytes = new byte[dice.Length()];
        dice.NextBytes(bytes);
        return bytes;
    }
}
