namespace WireProtocols.Buffers;

/// <summary>The addresses of RFC 3986 §3.2.2, and no other way to write them.</summary>
internal static class IpGrammar
{
    /// <summary>IPv6address: eight groups of 16 bits, one run of zero groups as <c>::</c>, the last two perhaps as IPv4.</summary>
    public static bool IsIpv6(ReadOnlySpan<byte> value)
    {
        int groups = 0;
        bool elided = false;
        int index = 0;
        if (value.StartsWith("::"u8))
        {
            elided = true;
            index = 2;
        }

        while (index < value.Length)
        {
            int length = value[index..].IndexOf((byte)':');
            ReadOnlySpan<byte> group = length < 0 ? value[index..] : value.Slice(index, length);
            if (length < 0 && group.Contains((byte)'.'))
            {
                return IsIpv4(group) && IsComplete(groups + 2, elided);
            }

            if (group.Length is 0 or > 4 || !IsHex(group))
            {
                return false;
            }

            groups++;
            index += group.Length;
            if (length >= 0 && !TrySkipColon(value, ref index, ref elided))
            {
                return false;
            }
        }

        return IsComplete(groups, elided);
    }

    /// <summary>IPv4address: four numbers up to 255, without leading zeros.</summary>
    public static bool IsIpv4(ReadOnlySpan<byte> value)
    {
        int octets = 0;
        foreach (Range range in value.Split((byte)'.'))
        {
            ReadOnlySpan<byte> octet = value[range];
            if (octet.Length is 0 or > 3 || (octet.Length > 1 && octet[0] == '0'))
            {
                return false;
            }

            int number = 0;
            foreach (byte digit in octet)
            {
                if (!char.IsAsciiDigit((char)digit))
                {
                    return false;
                }

                number = (number * 10) + digit - '0';
            }

            if (number > 255)
            {
                return false;
            }

            octets++;
        }

        return octets == 4;
    }

    /// <summary>"::" stands for one group at least.</summary>
    private static bool IsComplete(int groups, bool elided) => elided ? groups <= 7 : groups == 8;

    /// <summary>Passes over the colon after a group, or over "::" where there was none before; a single one is followed by a group.</summary>
    private static bool TrySkipColon(ReadOnlySpan<byte> value, ref int index, ref bool elided)
    {
        index++;
        if (index == value.Length)
        {
            return false;
        }

        if (value[index] == ':')
        {
            if (elided)
            {
                return false;
            }

            elided = true;
            index++;
        }

        return true;
    }

    private static bool IsHex(ReadOnlySpan<byte> group)
    {
        foreach (byte value in group)
        {
            if (!char.IsAsciiHexDigit((char)value))
            {
                return false;
            }
        }

        return true;
    }
}
