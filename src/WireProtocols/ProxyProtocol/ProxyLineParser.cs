using System.Buffers.Text;
using WireProtocols.Buffers;

namespace WireProtocols.ProxyProtocol;

/// <summary>Reads a whole line of version 1 (proxy-protocol §2.1).</summary>
/// <remarks>"The receiver must wait for the CRLF sequence before starting to decode the addresses in order to ensure they are complete."</remarks>
internal static class ProxyLineParser
{
    private const byte Space = (byte)' ';
    private const int LineEndLength = 2;
    private const int MaxPortDigits = 5;

    /// <summary>Reads it.</summary>
    /// <param name="line">The line with its CRLF, and with "PROXY " before.</param>
    /// <param name="offset">Where it stands.</param>
    /// <param name="header">The header, where no rule is broken.</param>
    /// <param name="index">The beginning of the part that breaks a rule.</param>
    public static ProxyProtocolError Parse(ReadOnlySpan<byte> line, long offset, out ProxyHeader header, out int index)
    {
        header = default;
        index = "PROXY "u8.Length;
        ReadOnlySpan<byte> text = line[..^LineEndLength];
        if (text[index..].StartsWith("UNKNOWN"u8))
        {
            // "The receiver must ignore anything presented before the CRLF is found."
            ReadOnlySpan<byte> rest = text[(index + "UNKNOWN"u8.Length)..];
            header = new ProxyHeader { Offset = offset, Bytes = line, Version = 1, Command = ProxyCommand.Proxy, Ignored = rest };
            return rest.IsEmpty || rest[0] == Space ? ProxyProtocolError.None : ProxyProtocolError.ProtocolUnknown;
        }

        ReadOnlySpan<byte> protocol = TakeField(text, ref index);
        bool isIpv6 = protocol.SequenceEqual("TCP6"u8);
        if (!isIpv6 && !protocol.SequenceEqual("TCP4"u8))
        {
            index -= protocol.Length;
            return ProxyProtocolError.ProtocolUnknown;
        }

        if (!TryTakeAddress(text, isIpv6, ref index, out ReadOnlySpan<byte> source)
            || !TryTakeAddress(text, isIpv6, ref index, out ReadOnlySpan<byte> destination))
        {
            return ProxyProtocolError.AddressMalformed;
        }

        // There is one field more, and it takes whatever is left of the line.
        if (!TryTakePort(text, TakeFieldAt(text, index), ref index, out int sourcePort)
            || !TryTakePort(text, index < text.Length ? text[(index + 1)..] : default, ref index, out int destinationPort))
        {
            return ProxyProtocolError.PortMalformed;
        }

        header = new ProxyHeader
        {
            Offset = offset,
            Bytes = line,
            Version = 1,
            Command = ProxyCommand.Proxy,
            Family = isIpv6 ? ProxyAddressFamily.InterNetworkV6 : ProxyAddressFamily.InterNetwork,
            Transport = ProxyTransport.Stream,
            SourceAddress = source,
            DestinationAddress = destination,
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
        };
        return ProxyProtocolError.None;
    }

    private static ReadOnlySpan<byte> TakeField(ReadOnlySpan<byte> text, scoped ref int index)
    {
        int length = text[index..].IndexOf(Space);
        ReadOnlySpan<byte> field = length < 0 ? text[index..] : text.Slice(index, length);
        index += field.Length;
        return field;
    }

    /// <summary>The field behind "exactly one space", which is at <paramref name="index"/>; nothing at the end of the line.</summary>
    private static ReadOnlySpan<byte> TakeFieldAt(ReadOnlySpan<byte> text, int index)
    {
        int start = Math.Min(index + 1, text.Length);
        return TakeField(text, ref start);
    }

    private static bool TryTakeAddress(ReadOnlySpan<byte> text, bool isIpv6, scoped ref int index, out ReadOnlySpan<byte> address)
    {
        address = TakeFieldAt(text, index);
        int start = Math.Min(index + 1, text.Length);
        bool isRight = isIpv6 ? IpGrammar.IsIpv6(address) : IpGrammar.IsIpv4(address);
        index = isRight ? start + address.Length : start;
        return isRight;
    }

    /// <summary>"Heading zeroes are not permitted in front of numbers in order to avoid any possible confusion with octal numbers."</summary>
    private static bool TryTakePort(ReadOnlySpan<byte> text, ReadOnlySpan<byte> field, scoped ref int index, out int port)
    {
        int start = Math.Min(index + 1, text.Length);
        port = 0;
        bool isRight = field.Length is > 0 and <= MaxPortDigits && (field[0] != '0' || field.Length == 1) && char.IsAsciiDigit((char)field[0])
            && Utf8Parser.TryParse(field, out port, out int parsed) && parsed == field.Length && port <= ushort.MaxValue;
        index = isRight ? start + field.Length : start;
        return isRight;
    }
}
