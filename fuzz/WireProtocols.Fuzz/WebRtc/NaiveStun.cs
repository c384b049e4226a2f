using System.Text;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>RFC 8489 §5, §14 and §18.3 word for word: a message as rows, or the first rule that it breaks.</summary>
public static class NaiveStun
{
    private static readonly byte[] Cookie = [0x21, 0x12, 0xA4, 0x42];

    public static IReadOnlyList<string> Decode(byte[] bytes)
    {
        Transcript rows = new();
        try
        {
            foreach (string row in Read(bytes))
            {
                rows.Row(row);
            }
        }
        catch (Broken broken)
        {
            rows = new Transcript();
            rows.Error(broken.Error, broken.Offset);
        }

        return rows.Rows;
    }

    /// <summary>A bit at a time.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bool isOdd = ((crc ^ (uint)(value >> bit)) & 1) != 0;
                crc >>= 1;
                crc ^= isOdd ? 0xEDB88320 : 0;
            }
        }

        return ~crc;
    }

    private static List<string> Read(byte[] bytes)
    {
        List<string> rows = [];
        Demand(bytes.Length == 0 || bytes[0] < 0x40, StunProtocolError.NotStun, 0);
        Demand(bytes.Length >= 4, StunProtocolError.UnexpectedEnd, bytes.Length);
        int length = Number(bytes, 2);
        Demand(length % 4 == 0, StunProtocolError.LengthNotPadded, 3);
        for (int i = 0; i < 4; i++)
        {
            Demand(4 + i >= bytes.Length || bytes[4 + i] == Cookie[i], StunProtocolError.WrongCookie, 4 + i);
        }

        Demand(bytes.Length >= 20 + length, StunProtocolError.UnexpectedEnd, bytes.Length);
        byte[] message = bytes[..(20 + length)];
        string type = Convert.ToString(Number(message, 0), 2).PadLeft(16, '0');

        // 0 0 M11 M10 M9 M8 M7 C1 M6 M5 M4 C0 M3 M2 M1 M0
        int messageClass = Convert.ToInt32($"{type[7]}{type[11]}", 2);
        int method = Convert.ToInt32(type[2..7] + type[8..11] + type[12..], 2);
        rows.Add(StunRows.Head(messageClass, method, message.AsSpan(8, 12)));
        byte[]? address = null;
        bool behindSha1 = false;
        bool behindSha256 = false;
        bool ended = false;
        for (int at = 20; at < message.Length;)
        {
            Demand(!ended, StunProtocolError.FingerprintNotLast, at);
            int size = Number(message, at + 2);
            int next = at + 4 + ((size + 3) / 4 * 4);
            Demand(next <= message.Length, StunProtocolError.AttributeTruncated, at);
            int attribute = Number(message, at);
            byte[] value = message[(at + 4)..(at + 4 + size)];
            bool ignored = attribute switch
            {
                0x8028 => false,
                0x001C => behindSha256 && !behindSha1,
                _ => behindSha1 || behindSha256,
            };
            if (!ignored)
            {
                Check(attribute, value, at + 4);
                behindSha1 |= attribute == 0x0008;
                behindSha256 |= attribute == 0x001C && !behindSha1;
                address ??= attribute == 0x0020 ? value : null;
            }

            ended = attribute == 0x8028;
            rows.Add(StunRows.Attribute(attribute, ignored, value));
            at = next;
        }

        Demand(message.Length == bytes.Length, StunProtocolError.TrailingBytes, message.Length);
        if (address is not null && address.Length >= 2 && address[1] is 1 or 2)
        {
            byte[] mask = [.. Cookie, .. message[8..20]];
            int port = Number(address, 2) ^ Number(Cookie, 0);
            UInt128 bits = 0;
            for (int i = 4; i < address.Length; i++)
            {
                bits = (bits << 8) | (byte)(address[i] ^ mask[i - 4]);
            }

            rows.Add(StunRows.Address(address[1] == 2, bits, port));
        }

        return rows;
    }

    private static void Check(int type, byte[] value, int at)
    {
        switch (type)
        {
            case 0x0001 or 0x0020 or 0x8023:
                Demand(value.Length >= 4, StunProtocolError.ValueLengthWrong, at);
                Demand(value[1] != 1 || value.Length == 8, StunProtocolError.ValueLengthWrong, at);
                Demand(value[1] != 2 || value.Length == 20, StunProtocolError.ValueLengthWrong, at);
                break;
            case 0x0006 or 0x0014 or 0x0015 or 0x8022:
                CheckText(value, at);
                break;
            case 0x0008:
                Demand(value.Length == 20, StunProtocolError.ValueLengthWrong, at);
                break;
            case 0x001C:
                Demand(value.Length is 16 or 20 or 24 or 28 or 32, StunProtocolError.ValueLengthWrong, at);
                break;
            case 0x0009:
                Demand(value.Length >= 4, StunProtocolError.ValueLengthWrong, at);
                Demand(value[2] % 8 is 3 or 4 or 5 or 6, StunProtocolError.ErrorCodeOutOfRange, at + 2);
                Demand(value[3] <= 99, StunProtocolError.ErrorCodeOutOfRange, at + 3);
                CheckText(value[4..], at + 4);
                break;
            case 0x000A:
                Demand(value.Length % 2 == 0, StunProtocolError.ValueLengthWrong, at);
                break;
            case 0x001D or 0x8002:
                int count = 0;
                for (int i = 0; i < value.Length; count++)
                {
                    Demand(value.Length - i >= 4 && value.Length - i - 4 >= Number(value, i + 2), StunProtocolError.ValueLengthWrong, at);
                    i += 4 + ((Number(value, i + 2) + 3) / 4 * 4);
                }

                Demand(type == 0x001D ? count == 1 : count > 0, StunProtocolError.ValueLengthWrong, at);
                break;
            case 0x001E:
                Demand(value.Length == 32, StunProtocolError.ValueLengthWrong, at);
                break;
            case 0x8003:
                Demand(value.Length <= 255 && value.All(b => b < 128), StunProtocolError.DomainMalformed, at);
                break;
            case 0x8028:
                Demand(value.Length == 4, StunProtocolError.ValueLengthWrong, at);
                break;
            default:
                break;
        }
    }

    private static void CheckText(byte[] text, int at)
    {
        Demand(text.Length <= 763, StunProtocolError.TextTooLong, at + 763);
        int length = text.Length;
        while (!IsUtf8Start(text, length))
        {
            length--;
        }

        Demand(length == text.Length, StunProtocolError.TextNotUtf8, at + length);
    }

    /// <summary>Whether so many bytes are whole characters.</summary>
    private static bool IsUtf8Start(byte[] text, int length)
    {
        try
        {
            new UTF8Encoding(false, true).GetString(text, 0, length);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static int Number(byte[] bytes, int at) => (bytes[at] << 8) | bytes[at + 1];

    private static void Demand(bool holds, StunProtocolError error, int offset)
    {
        if (!holds)
        {
            throw new Broken(error, offset);
        }
    }

    private sealed class Broken(StunProtocolError error, int offset) : Exception
    {
        public StunProtocolError Error { get; } = error;

        public int Offset { get; } = offset;
    }
}
