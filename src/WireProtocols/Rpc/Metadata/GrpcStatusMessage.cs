using System.Text;

namespace WireProtocols.Rpc;

/// <summary>
/// The percent coding of <c>grpc-message</c>: UTF-8 in which every byte but space and the visible ones of ASCII, and the percent sign itself, is
/// written as three characters (PROTOCOL-HTTP2 §Responses).
/// </summary>
public static class GrpcStatusMessage
{
    /// <summary>
    /// Encodes a message. Spaces at its ends are encoded as well, since HTTP takes those of a field off. What is no Unicode becomes U+FFFD.
    /// </summary>
    public static string Encode(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        byte[] utf8 = Encoding.UTF8.GetBytes(message);
        StringBuilder text = new(utf8.Length);
        for (int i = 0; i < utf8.Length; i++)
        {
            byte value = utf8[i];
            bool isOuterSpace = value == ' ' && (i == 0 || i == utf8.Length - 1);
            if (value is >= 0x20 and <= 0x7E && value != '%' && !isOuterSpace)
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('%').Append(HexDigit(value >> 4)).Append(HexDigit(value & 15));
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// Decodes a message. It never fails: "implementations MUST NOT error or throw away the message". A percent sign without two digits stays as it
    /// is, and bytes that are no UTF-8 become U+FFFD.
    /// </summary>
    public static string Decode(ReadOnlySpan<char> text)
    {
        if (!text.Contains('%'))
        {
            return text.ToString();
        }

        byte[] utf8 = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        int length = 0;
        while (!text.IsEmpty)
        {
            if (text[0] == '%' && text.Length > 2 && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]))
            {
                utf8[length++] = (byte)((HexValue(text[1]) << 4) | HexValue(text[2]));
                text = text[3..];
                continue;
            }

            int run = text[1..].IndexOf('%') is int next and >= 0 ? next + 1 : text.Length;
            length += Encoding.UTF8.GetBytes(text[..run], utf8.AsSpan(length));
            text = text[run..];
        }

        return Encoding.UTF8.GetString(utf8, 0, length);
    }

    private static char HexDigit(int value) => "0123456789ABCDEF"[value];

    private static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
