using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>Base64 by groups of four characters, each padded or not (PROTOCOL-WEB §Protocol differences, RFC 4648 §4).</summary>
public static class NaiveText
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>The bytes up to the first error, and the error.</summary>
    public static (byte[] Bytes, RpcProtocolError Error, long Offset) Decode(ReadOnlySpan<byte> text)
    {
        List<byte> bytes = [];
        for (int at = 0; at < text.Length; at += 4)
        {
            List<int> values = [];
            int padding = 0;
            for (int i = at; i < at + 4; i++)
            {
                if (i == text.Length)
                {
                    return ([.. bytes], RpcProtocolError.UnexpectedEnd, text.Length);
                }

                int value = Alphabet.IndexOf((char)text[i], StringComparison.Ordinal);
                if (value < 0 && text[i] != '=')
                {
                    return ([.. bytes], RpcProtocolError.TextNotBase64, i);
                }

                if (value < 0 ? values.Count < 2 : padding > 0)
                {
                    return ([.. bytes], RpcProtocolError.TextPaddingMisplaced, i);
                }

                if (value >= 0)
                {
                    values.Add(value);
                }
                else if ((values.Count == 2 && values[1] % 16 != 0) || (values.Count == 3 && values[2] % 4 != 0))
                {
                    return ([.. bytes], RpcProtocolError.TextPadBitsNotZero, i - 1);
                }
                else
                {
                    padding++;
                }
            }

            while (values.Count < 4)
            {
                values.Add(0);
            }

            int bits = (values[0] << 18) + (values[1] << 12) + (values[2] << 6) + values[3];
            bytes.AddRange(((byte[])[(byte)(bits >> 16), (byte)(bits >> 8), (byte)bits])[..(3 - padding)]);
        }

        return ([.. bytes], RpcProtocolError.None, 0);
    }
}
