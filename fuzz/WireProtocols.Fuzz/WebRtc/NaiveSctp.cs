using System.Globalization;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>
/// RFC 9260 §3, §6.8, §6.10 and §8.5.1, RFC 3758 §3.2 and RFC 6525 §3.1 word for word: a packet as rows, or the first rule that it breaks.
/// </summary>
public static class NaiveSctp
{
    private static readonly int[] Known = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 192];

    public static IReadOnlyList<string> Decode(byte[] bytes)
    {
        Transcript rows = new();
        try
        {
            foreach (string row in Read(bytes))
            {
                rows.Row(row);
            }
        }
        catch (Broken broken)
        {
            rows = new Transcript();
            rows.Error(broken.Error, broken.Offset);
        }

        return rows.Rows;
    }

    /// <summary>RFC 9260 Appendix A, a bit at a time: the checksum of a packet, its own four bytes counted as zeros.</summary>
    public static uint Checksum(byte[] packet)
    {
        uint crc = 0xFFFFFFFF;
        for (int i = 0; i < packet.Length; i++)
        {
            byte value = i is >= 8 and < 12 ? (byte)0 : packet[i];
            for (int bit = 0; bit < 8; bit++)
            {
                bool isOdd = ((crc ^ (uint)(value >> bit)) & 1) != 0;
                crc >>= 1;
                crc ^= isOdd ? 0x82F63B78 : 0;
            }
        }

        return ~crc;
    }

    private static List<string> Read(byte[] bytes)
    {
        Demand(bytes.Length >= 16, SctpProtocolError.UnexpectedEnd, bytes.Length);
        uint sum = Checksum(bytes);
        bool isSame = bytes[8] == (byte)sum && bytes[9] == (byte)(sum >> 8) && bytes[10] == (byte)(sum >> 16) && bytes[11] == (byte)(sum >> 24);
        Demand(isSame, SctpProtocolError.ChecksumMismatch, 8);
        Demand(Short(bytes, 0) != 0, SctpProtocolError.PortZero, 0);
        Demand(Short(bytes, 2) != 0, SctpProtocolError.PortZero, 2);
        uint tag = Long(bytes, 4);
        List<string> rows = [FormattableString.Invariant($"packet {Short(bytes, 0)} {Short(bytes, 2)} 0x{tag:x8}")];
        int count = 0;
        bool wasAlone = false;
        for (int at = 12; at < bytes.Length; count++)
        {
            Demand(bytes.Length - at >= 4, SctpProtocolError.ChunkTruncated, at);
            int length = Short(bytes, at + 2);
            int next = at + ((length + 3) / 4 * 4);
            Demand(length >= 4 && next <= bytes.Length, SctpProtocolError.ChunkTruncated, at);
            int type = bytes[at];
            bool isAlone = type is 1 or 2 or 14;
            Demand(!wasAlone && (!isAlone || count == 0), SctpProtocolError.NotAlone, at);
            Demand(tag == 0 == (type == 1), SctpProtocolError.TagMisplaced, at);
            Demand(type != 10 || count == 0, SctpProtocolError.CookieNotFirst, at);
            ReadChunk(bytes, at, length, rows);
            wasAlone = isAlone;
            if (!Known.Contains(type) && type < 128)
            {
                // "Stop processing this SCTP packet".
                break;
            }

            at = next;
        }

        return rows;
    }

    private static void ReadChunk(byte[] bytes, int at, int length, List<string> rows)
    {
        int type = bytes[at];
        byte[] value = bytes[(at + 4)..(at + length)];
        string head = FormattableString.Invariant($"chunk {type} {bytes[at + 1]}");
        string text = "";
        List<string> parameters = [];
        switch (type)
        {
            case 0:
                Demand(value.Length >= 12, SctpProtocolError.ChunkLengthWrong, at + 2);
                Demand(value.Length > 12, SctpProtocolError.DataEmpty, at + 2);
                text = FormattableString.Invariant($" {bytes[at + 1] % 16} {Long(value, 0)} {Short(value, 4)} {Short(value, 6)} {Long(value, 8)}")
                    + " " + Convert.ToHexStringLower(value[12..]);
                break;
            case 1 or 2:
                Demand(value.Length >= 16, SctpProtocolError.ChunkLengthWrong, at + 2);
                Demand(Long(value, 0) != 0, SctpProtocolError.InitiateTagZero, at + 4);
                Demand(Long(value, 4) >= 1500, SctpProtocolError.WindowTooSmall, at + 8);
                Demand(Short(value, 8) != 0, SctpProtocolError.NoStreams, at + 12);
                Demand(Short(value, 10) != 0, SctpProtocolError.NoStreams, at + 14);
                text = FormattableString.Invariant($" {Long(value, 0)} {Long(value, 4)} {Short(value, 8)} {Short(value, 10)} {Long(value, 12)}");
                ReadParameters(value, 16, at + 4, parameters);
                CheckInit(value, at, type, length);
                break;
            case 3:
                Demand(value.Length >= 12, SctpProtocolError.ChunkLengthWrong, at + 2);
                int gaps = Short(value, 8);
                int twice = Short(value, 10);
                Demand(value.Length == 12 + (4 * gaps) + (4 * twice), SctpProtocolError.ChunkLengthWrong, at + 2);
                text = FormattableString.Invariant($" {Long(value, 0)} {Long(value, 4)}");
                for (int i = 0; i < gaps; i++)
                {
                    int start = Short(value, 12 + (4 * i));
                    int end = Short(value, 14 + (4 * i));
                    Demand(start > 0, SctpProtocolError.GapReversed, at + 16 + (4 * i));
                    Demand(end >= start, SctpProtocolError.GapReversed, at + 18 + (4 * i));
                    text += FormattableString.Invariant($" {start}-{end}");
                }

                for (int i = 0; i < twice; i++)
                {
                    text += FormattableString.Invariant($" twice {Long(value, 12 + (4 * gaps) + (4 * i))}");
                }

                break;
            case 4 or 5 or 6 or 9 or 130:
                ReadParameters(value, 0, at + 4, parameters);
                break;
            case 7:
                Demand(value.Length == 4, SctpProtocolError.ChunkLengthWrong, at + 2);
                text = FormattableString.Invariant($" {Long(value, 0)}");
                break;
            case 8 or 11 or 14:
                Demand(value.Length == 0, SctpProtocolError.ChunkLengthWrong, at + 2);
                break;
            case 192:
                Demand(value.Length >= 4 && value.Length % 4 == 0, SctpProtocolError.ChunkLengthWrong, at + 2);
                text = FormattableString.Invariant($" {Long(value, 0)}");
                for (int i = 4; i < value.Length; i += 4)
                {
                    text += FormattableString.Invariant($" {Short(value, i)}:{Short(value, i + 2)}");
                }

                break;
            default:
                text = " " + Convert.ToHexStringLower(value);
                break;
        }

        rows.Add((head + text).TrimEnd());
        rows.AddRange(parameters);
    }

    private static void CheckInit(byte[] value, int at, int type, int length)
    {
        bool hasCookie = false;
        for (int i = 16; i < value.Length; i += (Short(value, i + 2) + 3) / 4 * 4)
        {
            Demand(Short(value, i) != 11, SctpProtocolError.HostName, at + 4 + i);
            hasCookie |= Short(value, i) == 7;
        }

        Demand(type == 1 || hasCookie, SctpProtocolError.CookieMissing, at + length);
    }

    private static void ReadParameters(byte[] value, int start, int offset, List<string> rows)
    {
        for (int i = start; i < value.Length;)
        {
            Demand(value.Length - i >= 4, SctpProtocolError.ParameterTruncated, offset + i);
            int length = Short(value, i + 2);
            Demand(length >= 4 && length <= value.Length - i, SctpProtocolError.ParameterTruncated, offset + i);
            rows.Add($"parameter 0x{Short(value, i):x4} {Convert.ToHexStringLower(value[(i + 4)..(i + length)])}".TrimEnd());
            i += (length + 3) / 4 * 4;
        }
    }

    private static int Short(byte[] bytes, int at) => (256 * bytes[at]) + bytes[at + 1];

    private static uint Long(byte[] bytes, int at)
        => uint.Parse(Convert.ToHexString(bytes, at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static void Demand(bool holds, SctpProtocolError error, int offset)
    {
        if (!holds)
        {
            throw new Broken(error, offset);
        }
    }

    private sealed class Broken(SctpProtocolError error, int offset) : Exception
    {
        public SctpProtocolError Error { get; } = error;

        public int Offset { get; } = offset;
    }
}
