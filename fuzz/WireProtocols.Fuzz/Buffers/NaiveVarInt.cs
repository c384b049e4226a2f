namespace WireProtocols.Fuzz.Buffers;

/// <summary>The sample decoding algorithm of RFC 9000, appendix A.1, transcribed: the oracle of the varint codec.</summary>
public static class NaiveVarInt
{
    /// <returns>The value and its length in bytes; a length of 0 when the input ends inside.</returns>
    public static (long Value, int Length) Decode(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return (0, 0);
        }

        // "The length of variable-length integers is encoded in the first two bits of the first byte."
        long value = data[0];
        int prefix = (int)(value >> 6);
        int length = 1 << prefix;
        if (data.Length < length)
        {
            return (0, 0);
        }

        // "Once the length is known, remove these bits and read any remaining bytes."
        value &= 0x3f;
        for (int i = 1; i < length; i++)
        {
            value = (value << 8) + data[i];
        }

        return (value, length);
    }
}
