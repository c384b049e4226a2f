using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>What tells a message of STUN from other packets (RFC 8489 §5).</summary>
internal static class StunHeader
{
    private const int LengthOffset = 2;

    /// <summary>Looks at a header, as far as it is there.</summary>
    /// <param name="source">Begins with the header.</param>
    /// <param name="length">The length of the message with its header.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="errorOffset">Where.</param>
    /// <returns>True where the whole message is there and its header is right.</returns>
    public static bool IsRight(ReadOnlySpan<byte> source, out int length, out StunProtocolError error, out int errorOffset)
    {
        length = 0;
        if (!source.IsEmpty && source[0] >> 6 != 0)
        {
            error = StunProtocolError.NotStun;
            errorOffset = 0;
            return false;
        }

        if (source.Length >= StunMessage.CookieOffset)
        {
            int behind = BinaryPrimitives.ReadUInt16BigEndian(source[LengthOffset..]);
            length = StunMessage.HeaderSize + behind;
            if ((behind & 3) != 0)
            {
                error = StunProtocolError.LengthNotPadded;
                errorOffset = LengthOffset + 1;
                return false;
            }

            for (int i = StunMessage.CookieOffset; i < StunMessage.TransactionOffset && i < source.Length; i++)
            {
                if (source[i] != (byte)(StunMessage.MagicCookie >> (8 * (StunMessage.TransactionOffset - 1 - i))))
                {
                    error = StunProtocolError.WrongCookie;
                    errorOffset = i;
                    return false;
                }
            }
        }

        bool isWhole = length > 0 && source.Length >= length;
        error = isWhole ? StunProtocolError.None : StunProtocolError.UnexpectedEnd;
        errorOffset = isWhole ? 0 : source.Length;
        return isWhole;
    }

    /// <summary>The first 16 bits of a message.</summary>
    public static ushort GetType(StunClass messageClass, int method)
        => (ushort)((method & 0xF) | ((method & 0x70) << 1) | ((method & 0xF80) << 2)
            | (((int)messageClass & 1) << 4) | (((int)messageClass & 2) << 7));
}
