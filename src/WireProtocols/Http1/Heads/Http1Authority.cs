using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>Validates <c>uri-host [ ":" port ]</c>, what a Host field, an authority-form and the authority of a URI hold (RFC 3986 §3.2.2).</summary>
internal static class Http1Authority
{
    // unreserved and sub-delims; a percent sign begins a triplet
    private static readonly SearchValues<byte> RegNameBytes =
        SearchValues.Create("-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <returns>The index of the first byte that breaks the grammar (the length when more is wanted), or -1.</returns>
    /// <param name="value">The authority, without userinfo.</param>
    /// <param name="portRequired">True for authority-form: the port is there and is 1 to 65535 (RFC 9110 §9.3.6).</param>
    public static int FindInvalid(ReadOnlySpan<byte> value, bool portRequired)
    {
        int index = 0;
        if (!TrySkipHost(value, ref index))
        {
            return index;
        }

        // "A recipient that processes such a URI reference [with an empty host identifier] MUST reject it as invalid." (RFC 9110 §4.2.1)
        if (index == 0 || (index < value.Length && value[index] != ':'))
        {
            return index;
        }

        return index == value.Length ? (portRequired ? index : -1) : FindInvalidPort(value, index + 1, portRequired);
    }

    private static int FindInvalidPort(ReadOnlySpan<byte> value, int start, bool required)
    {
        int port = 0;
        for (int index = start; index < value.Length; index++)
        {
            if (!char.IsAsciiDigit((char)value[index]))
            {
                return index;
            }

            port = (port * 10) + value[index] - '0';
            if (port > ushort.MaxValue)
            {
                return index;
            }
        }

        return required && port == 0 ? value.Length : -1;
    }

    private static bool TrySkipHost(ReadOnlySpan<byte> value, ref int index)
    {
        if (!value.IsEmpty && value[0] == '[')
        {
            return TrySkipLiteral(value, ref index);
        }

        while (true)
        {
            int run = value[index..].IndexOfAnyExcept(RegNameBytes);
            index = run < 0 ? value.Length : index + run;
            if (run < 0 || value[index] != '%')
            {
                return true;
            }

            if (!TrySkipTriplet(value, ref index))
            {
                return false;
            }
        }
    }

    /// <summary>Passes over <c>"%" HEXDIG HEXDIG</c>, or stops on the byte that breaks it.</summary>
    public static bool TrySkipTriplet(ReadOnlySpan<byte> value, ref int index)
    {
        for (int digit = 0; digit < 2; digit++)
        {
            index++;
            if (index == value.Length || !char.IsAsciiHexDigit((char)value[index]))
            {
                return false;
            }
        }

        index++;
        return true;
    }

    /// <summary><c>IP-literal = "[" ( IPv6address / IPvFuture ) "]"</c></summary>
    private static bool TrySkipLiteral(ReadOnlySpan<byte> value, ref int index)
    {
        int close = value.IndexOf((byte)']');
        if (close < 0)
        {
            index = value.Length;
            return false;
        }

        ReadOnlySpan<byte> inner = value[1..close];
        if (!IpGrammar.IsIpv6(inner) && !IsFuture(inner))
        {
            index = 1;
            return false;
        }

        index = close + 1;
        return true;
    }

    /// <summary><c>IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )</c></summary>
    private static bool IsFuture(ReadOnlySpan<byte> inner)
    {
        int dot = inner.IndexOf((byte)'.');
        return dot > 1
            && (inner[0] | 0x20) == 'v'
            && !inner[1..dot].ContainsAnyExcept(HexDigits)
            && dot + 1 < inner.Length
            && !inner[(dot + 1)..].ContainsAnyExcept(FutureBytes);
    }

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private static readonly SearchValues<byte> FutureBytes =
        SearchValues.Create(":-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
}
