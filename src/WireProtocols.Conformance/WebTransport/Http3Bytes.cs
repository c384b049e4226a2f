using System.Text;

namespace WireProtocols.Conformance;

/// <summary>Bytes of HTTP/3, right or wrong, as they are asked for.</summary>
internal static class Http3Bytes
{
    public const long ControlStream = 0x00;
    public const long PushStream = 0x01;
    public const long EncoderStream = 0x02;
    public const long DecoderStream = 0x03;
    public const long SessionStream = 0x54;
    public const long SessionSignal = 0x41;

    public const long DataFrame = 0x00;
    public const long HeadersFrame = 0x01;
    public const long CancelPushFrame = 0x03;
    public const long SettingsFrame = 0x04;
    public const long PushPromiseFrame = 0x05;
    public const long GoAwayFrame = 0x07;
    public const long MaxPushIdFrame = 0x0D;

    /// <summary>A type of the form 0x1f * N + 0x21, which has no meaning (RFC 9114 §7.2.8, §6.2.3).</summary>
    public const long Grease = (0x1F * 7) + 0x21;

    /// <summary>Whether a frame type has a meaning, or is reserved for what had one in HTTP/2.</summary>
    public static bool IsKnownFrame(long type) => type is <= 0x09 or MaxPushIdFrame or SessionSignal;

    /// <summary>A variable-length integer of RFC 9000 §16.</summary>
    /// <param name="value">At most 2^62-1.</param>
    /// <param name="length">1, 2, 4 or 8; 0 for the shortest.</param>
    public static byte[] Integer(long value, int length = 0)
    {
        length = length > 0 ? length : value < 1L << 6 ? 1 : value < 1L << 14 ? 2 : value < 1L << 30 ? 4 : 8;
        byte[] bytes = new byte[length];
        for (int i = length - 1; i >= 0; i--)
        {
            (bytes[i], value) = ((byte)value, value >> 8);
        }

        bytes[0] |= (byte)(length switch { 1 => 0x00, 2 => 0x40, 4 => 0x80, _ => 0xC0 });
        return bytes;
    }

    public static byte[] Integers(params long[] values) => [.. values.SelectMany(v => Integer(v))];

    /// <summary>Reads a frame, or a capsule, which has the same form.</summary>
    /// <returns>False where it is not whole.</returns>
    public static bool TryReadFrame(ReadOnlySpan<byte> bytes, out long type, out ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> rest)
    {
        payload = default;
        rest = bytes;
        if (!TryRead(bytes, out type, out int first) || !TryRead(bytes[first..], out long length, out int second)
            || bytes.Length - first - second < length)
        {
            return false;
        }

        payload = bytes.Slice(first + second, (int)length);
        rest = bytes[(first + second + (int)length)..];
        return true;
    }

    /// <summary>Reads a variable-length integer.</summary>
    /// <returns>False where it is not whole.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out long value, out int length)
    {
        (value, length) = (0, 0);
        if (bytes.IsEmpty || bytes.Length < 1 << (bytes[0] >> 6))
        {
            return false;
        }

        length = 1 << (bytes[0] >> 6);
        value = bytes[0] & 0x3F;
        for (int i = 1; i < length; i++)
        {
            value = (value << 8) | bytes[i];
        }

        return true;
    }

    /// <summary>A frame, or a capsule, which have one form.</summary>
    public static byte[] Frame(long type, params ReadOnlySpan<byte> payload) => [.. Integer(type), .. Integer(payload.Length), .. payload];

    public static byte[] Settings(params IEnumerable<(long Id, long Value)> settings)
        => Frame(SettingsFrame, [.. settings.SelectMany(s => Integers(s.Id, s.Value))]);

    public static byte[] Headers(params IEnumerable<(string Name, string Value)> fields) => Frame(HeadersFrame, Section(fields));

    /// <summary>A field section of literals, which no dynamic table is needed for (RFC 9204 §4.5.6).</summary>
    public static byte[] Section(params IEnumerable<(string Name, string Value)> fields)
    {
        List<byte> section = [0, 0];
        foreach ((string name, string value) in fields)
        {
            byte[] nameBytes = Encoding.Latin1.GetBytes(name);
            byte[] valueBytes = Encoding.Latin1.GetBytes(value);
            section.AddRange(Prefixed(0x20, 3, nameBytes.Length));
            section.AddRange(nameBytes);
            section.AddRange(Prefixed(0, 7, valueBytes.Length));
            section.AddRange(valueBytes);
        }

        return [.. section];
    }

    /// <summary>An integer with a prefix (RFC 9204 §4.1.1).</summary>
    public static byte[] Prefixed(int first, int bits, long value)
    {
        int max = (1 << bits) - 1;
        if (value < max)
        {
            return [(byte)(first | (int)value)];
        }

        List<byte> bytes = [(byte)(first | max)];
        for (value -= max; value >= 128; value >>= 7)
        {
            bytes.Add((byte)(0x80 | (value & 127)));
        }

        return [.. bytes, (byte)value];
    }
}
