using System.Text;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>RFC 8832 §5 and §8.2 word for word: the row of a message.</summary>
public static class NaiveDcep
{
    private const int Header = 12;

    public static string Decode(byte[] bytes)
    {
        if (bytes is [2])
        {
            return "ack";
        }

        if (bytes.Length == 0)
        {
            return "error UnexpectedEnd 0";
        }

        if (bytes[0] != 3)
        {
            return bytes[0] == 2 ? "error TrailingBytes 1" : "error UnknownMessageType 0";
        }

        if (bytes.Length >= 2 && bytes[1] is not (0x00 or 0x80 or 0x01 or 0x81 or 0x02 or 0x82))
        {
            return "error UnknownChannelType 1";
        }

        int labelLength = bytes.Length < Header ? 0 : (256 * bytes[8]) + bytes[9];
        int protocolLength = bytes.Length < Header ? 0 : (256 * bytes[10]) + bytes[11];
        if (bytes.Length < Header + labelLength + protocolLength)
        {
            return $"error UnexpectedEnd {bytes.Length}";
        }

        if (!TryRead(bytes, Header, labelLength, out string label, out int bad))
        {
            return $"error LabelNotUtf8 {bad}";
        }

        if (!TryRead(bytes, Header + labelLength, protocolLength, out string protocol, out bad))
        {
            return $"error ProtocolNotUtf8 {bad}";
        }

        int end = Header + labelLength + protocolLength;
        uint parameter = bytes[1] % 128 == 0 ? 0 : ((uint)bytes[4] << 24) | ((uint)bytes[5] << 16) | ((uint)bytes[6] << 8) | bytes[7];
        return end < bytes.Length
            ? $"error TrailingBytes {end}"
            : $"open 0x{bytes[1]:x2} {(256 * bytes[2]) + bytes[3]} {parameter} {label}/{protocol}";
    }

    private static bool TryRead(byte[] bytes, int start, int length, out string text, out int bad)
    {
        UTF8Encoding strict = new(false, true);
        for (int count = length; ; count--)
        {
            try
            {
                text = strict.GetString(bytes, start, count);
                bad = start + count;
                return count == length;
            }
            catch (ArgumentException)
            {
                // One byte fewer may be whole characters.
            }
        }
    }
}
