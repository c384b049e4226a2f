using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Fuzz.ProxyProtocol;

/// <summary>The headers of proxy-protocol §2, transcribed over the whole input at once.</summary>
public static partial class NaiveProxy
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, ProxyHeaderOptions options)
    {
        ProxyRows rows = new();
        byte[] bytes = input.ToArray();
        int at = 0;
        try
        {
            while (at < bytes.Length)
            {
                at += bytes[at] == 'P' && options.AcceptVersion1 ? Line(bytes, at, rows) : Binary(bytes, at, options, rows);
            }
        }
        catch (NaiveException exception)
        {
            rows.Error(exception.Error, exception.Index);
        }

        return rows.Rows;
    }

    private static int Line(byte[] bytes, int start, ProxyRows rows)
    {
        Expect(bytes, start, "PROXY "u8.ToArray());
        int end = start + 6;
        while (At(bytes, end) != '\r')
        {
            Require(bytes[end] != '\n', ProxyProtocolError.LineEndMalformed, end);
            Require(end - start < 105, ProxyProtocolError.LineTooLong, end);
            end++;
        }

        Require(At(bytes, end + 1) == '\n', ProxyProtocolError.LineEndMalformed, end + 1);
        string text = Encoding.Latin1.GetString(bytes, start, end - start);
        string[] fields = text.Split(' ', 6);
        int Begin(int field) => start + Math.Min(text.Length, fields.Take(field).Sum(f => f.Length + 1));
        string Field(int field) => field < fields.Length ? fields[field] : "";
        if (text == "PROXY UNKNOWN" || text.StartsWith("PROXY UNKNOWN ", StringComparison.Ordinal))
        {
            rows.Head(start, 1, 1, 0, 0, end + 2 - start);
            rows.Row($"ignored {Convert.ToHexStringLower(bytes, start + 13, text.Length - 13)}");
            return end + 2 - start;
        }

        bool isIpv6 = fields[1] == "TCP6";
        Require(isIpv6 || fields[1] == "TCP4", ProxyProtocolError.ProtocolUnknown, Begin(1));
        foreach (int field in (int[])[2, 3])
        {
            Require(isIpv6 ? IsIpv6(Field(field)) : Ipv4().IsMatch(Field(field)), ProxyProtocolError.AddressMalformed, Begin(field));
        }

        foreach (int field in (int[])[4, 5])
        {
            bool isRight = Number().IsMatch(Field(field)) && int.Parse(Field(field), CultureInfo.InvariantCulture) <= 65535;
            Require(isRight, ProxyProtocolError.PortMalformed, Begin(field));
        }

        rows.Head(start, 1, 1, isIpv6 ? 2 : 1, 1, end + 2 - start);
        rows.Row($"source {new IPEndPoint(IPAddress.Parse(fields[2]), int.Parse(fields[4], CultureInfo.InvariantCulture))}");
        rows.Row($"destination {new IPEndPoint(IPAddress.Parse(fields[3]), int.Parse(fields[5], CultureInfo.InvariantCulture))}");
        return end + 2 - start;
    }

    private static int Binary(byte[] bytes, int start, ProxyHeaderOptions options, ProxyRows rows)
    {
        Require(bytes[start] != '\r' || options.AcceptVersion2, ProxyProtocolError.SignatureMissing, start);
        Expect(bytes, start, Signature);
        byte command = At(bytes, start + 12);
        Require(command >> 4 == 2, ProxyProtocolError.VersionUnsupported, start + 12);
        Require((command & 15) < 2, ProxyProtocolError.CommandUnknown, start + 12);
        byte family = At(bytes, start + 13);
        family = command == 0x20 ? (byte)0 : family;
        Require(family >> 4 < 4, ProxyProtocolError.FamilyUnknown, start + 13);
        Require((family & 15) < 3, ProxyProtocolError.TransportUnknown, start + 13);
        int length = (At(bytes, start + 14) * 256) + At(bytes, start + 15);
        Require(16 + length <= options.MaxLength, ProxyProtocolError.HeaderTooLong, start + 14);
        int addresses = (family & 15) == 0 ? 0 : (family >> 4) switch { 0 => 0, 1 => 12, 2 => 36, _ => 216 };
        Require(length >= addresses, ProxyProtocolError.AddressTruncated, start + 14);
        Require(start + 16 + length <= bytes.Length, ProxyProtocolError.UnexpectedEnd, bytes.Length);
        byte[] header = bytes[start..(start + 16 + length)];
        List<(int Type, byte[] Value)> tlvs = addresses == 0 ? [] : Tlvs(header, 16 + addresses, start);
        rows.Head(start, 2, command & 15, family >> 4, family & 15, header.Length);
        if (addresses == 0)
        {
            rows.Row($"ignored {Convert.ToHexStringLower(header[16..])}");
            return header.Length;
        }

        int half = (family >> 4) switch { 1 => 4, 2 => 16, _ => 108 };
        rows.Row($"source {End(header, half, 0)}");
        rows.Row($"destination {End(header, half, 1)}");
        tlvs.ForEach(t => rows.Tlv(t.Type, t.Value));
        return header.Length;
    }

    private static string End(byte[] header, int half, int which)
    {
        byte[] address = header[(16 + (which * half))..(16 + ((which + 1) * half))];
        int port = 16 + (2 * half) + (2 * which);
        return half == 108 ? Convert.ToHexStringLower(address) : $"{new IPEndPoint(new IPAddress(address), (header[port] << 8) | header[port + 1])}";
    }

    private static List<(int Type, byte[] Value)> Tlvs(byte[] header, int at, int start)
    {
        List<(int, byte[])> tlvs = [];
        int checksum = -1;
        while (at < header.Length)
        {
            int length = at + 3 <= header.Length ? (header[at + 1] << 8) | header[at + 2] : int.MaxValue / 2;
            Require(at + 3 + length <= header.Length, ProxyProtocolError.TlvTruncated, start + at);
            byte[] value = header[(at + 3)..(at + 3 + length)];
            int there = start + at + 3;
            Require(header[at] != 3 || (length == 4 && checksum < 0), ProxyProtocolError.ChecksumMalformed, there);
            Require(header[at] != 2 || IsUtf8(value), ProxyProtocolError.AuthorityNotUtf8, there);
            Require(header[at] != 5 || length <= 128, ProxyProtocolError.UniqueIdTooLong, there);
            Require(header[at] != 0x20 || IsSsl(value), ProxyProtocolError.SslMalformed, there);
            checksum = header[at] == 3 ? at + 3 : checksum;
            tlvs.Add((header[at], value));
            at += 3 + length;
        }

        if (checksum >= 0)
        {
            byte[] zeroed = [.. header[..checksum], 0, 0, 0, 0, .. header[(checksum + 4)..]];
            Require(Crc32C(zeroed).AsSpan().SequenceEqual(header.AsSpan(checksum, 4)), ProxyProtocolError.ChecksumMismatch, start + checksum);
        }

        return tlvs;
    }

    /// <summary>RFC 4960 Appendix B, a bit at a time.</summary>
    private static byte[] Crc32C(byte[] bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        crc = ~crc;
        return [(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc];
    }

    private static bool IsSsl(byte[] value)
    {
        int at = 5;
        while (at + 3 <= value.Length)
        {
            at += 3 + ((value[at + 1] << 8) | value[at + 2]);
        }

        return at == value.Length;
    }

    private static bool IsUtf8(byte[] value)
    {
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(value);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsIpv6(string text)
    {
        int colon = text.LastIndexOf(':');
        if (Ipv4().IsMatch(text[(colon + 1)..]))
        {
            text = text[..(colon + 1)] + "0:0";
        }

        string[] halves = text.Split("::");
        int groups = halves.Sum(h => h.Length == 0 ? 0 : h.Split(':').Length);
        return halves.All(h => h.Length == 0 || h.Split(':').All(g => Group().IsMatch(g)))
            && (halves.Length == 1 ? groups == 8 : halves.Length == 2 && groups <= 7);
    }

    private static void Expect(byte[] bytes, int start, byte[] signature)
    {
        for (int i = 0; i < signature.Length; i++)
        {
            Require(At(bytes, start + i) == signature[i], ProxyProtocolError.SignatureMissing, start + i);
        }
    }

    private static byte At(byte[] bytes, int index)
        => index < bytes.Length ? bytes[index] : throw new NaiveException(ProxyProtocolError.UnexpectedEnd, bytes.Length);

    private static void Require(bool isRight, ProxyProtocolError error, int index)
    {
        if (!isRight)
        {
            throw new NaiveException(error, index);
        }
    }

    [GeneratedRegex(@"\A(?:(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])(?:\.(?!\z)|\z)){4}\z")]
    private static partial Regex Ipv4();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{1,4}\z")]
    private static partial Regex Group();

    [GeneratedRegex(@"\A(?:0|[1-9][0-9]{0,4})\z")]
    private static partial Regex Number();

    private sealed class NaiveException(ProxyProtocolError error, int index) : Exception
    {
        public ProxyProtocolError Error => error;

        public int Index => index;
    }
}
