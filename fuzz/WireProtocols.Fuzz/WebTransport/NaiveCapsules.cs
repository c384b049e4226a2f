using WireProtocols.Fuzz.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>
/// RFC 9297 §3.2 and the capsules of both drafts, read from the whole input at once and for clarity: the oracle of the capsule decoder
/// (newest dialect, every type known, unknown ones shown).
/// </summary>
public static class NaiveCapsules
{
    private sealed class Violation(WebTransportProtocolError error, int offset) : Exception
    {
        public WebTransportProtocolError Error { get; } = error;

        public int Offset { get; } = offset;
    }

    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input)
    {
        CapsuleRows rows = new();
        try
        {
            for (int at = 0; at < input.Length;)
            {
                at = One(input, at, rows);
            }
        }
        catch (Violation violation)
        {
            rows.Error(violation.Error, violation.Offset);
        }

        return rows.Rows;
    }

    private static int One(ReadOnlySpan<byte> input, int start, CapsuleRows rows)
    {
        int at = start;
        long type = Integer(input, ref at, long.MaxValue, -1);
        int lengthAt = at;
        long length = Integer(input, ref at, long.MaxValue, -1);
        long end = at + length;
        switch (type)
        {
            case 0x2843:
                Close(input, start, lengthAt, at, length, rows);
                break;
            case 0x78ae:
                Fields(input, at, end);
                rows.Row(CapsuleRows.Head(start, type, length, "WT_DRAIN_SESSION", ""));
                break;
            case 0x190B4D39:
                long id = Integer(input, ref at, end, lengthAt);
                long code = Code(input, ref at, end, lengthAt);
                long size = Integer(input, ref at, end, lengthAt);
                Whole(input, start, type, length, at, end, "WT_RESET_STREAM", $" stream={id} code={code} size={size}", rows);
                break;
            case 0x190B4D3A:
                id = Integer(input, ref at, end, lengthAt);
                code = Code(input, ref at, end, lengthAt);
                Whole(input, start, type, length, at, end, "WT_STOP_SENDING", $" stream={id} code={code}", rows);
                break;
            case 0x190B4D3B or 0x190B4D3C:
                id = Integer(input, ref at, end, lengthAt);
                rows.Row(CapsuleRows.Head(start, type, length, "WT_STREAM", $" stream={id}{(type == 0x190B4D3B ? " fin" : "")}"));
                Rest(input, at, end, rows, mustBeZero: false);
                break;
            case 0x190B4D3D or 0x190B4D41:
                long maximum = Integer(input, ref at, end, lengthAt);
                Whole(input, start, type, length, at, end, type == 0x190B4D3D ? "WT_MAX_DATA" : "WT_DATA_BLOCKED", $" maximum={maximum}", rows);
                break;
            case 0x190B4D3E or 0x190B4D42:
                id = Integer(input, ref at, end, lengthAt);
                maximum = Integer(input, ref at, end, lengthAt);
                Whole(
                    input,
                    start,
                    type,
                    length,
                    at,
                    end,
                    type == 0x190B4D3E ? "WT_MAX_STREAM_DATA" : "WT_STREAM_DATA_BLOCKED",
                    $" stream={id} maximum={maximum}",
                    rows);
                break;
            case 0x190B4D3F or 0x190B4D40 or 0x190B4D43 or 0x190B4D44:
                int countAt = at;
                maximum = Integer(input, ref at, end, lengthAt);
                Demand(maximum <= 1L << 60, WebTransportProtocolError.StreamCountTooLarge, countAt);
                Whole(input, start, type, length, at, end, type <= 0x190B4D40 ? "WT_MAX_STREAMS" : "WT_STREAMS_BLOCKED", $" maximum={maximum}", rows);
                break;
            default:
                string? name = type switch { 0x00 => "DATAGRAM", 0x190B4D38 => "PADDING", _ => null };
                rows.Row(CapsuleRows.Head(start, type, length, name, ""));
                Rest(input, at, end, rows, mustBeZero: type == 0x190B4D38);
                break;
        }

        int next = (int)(lengthAt + (1 << (input[lengthAt] >> 6)) + length);
        if (type is 0x78ae or 0x2843 or (>= 0x190B4D39 and <= 0x190B4D3A) or (>= 0x190B4D3D and <= 0x190B4D44))
        {
            rows.Payload(input[(lengthAt + (1 << (input[lengthAt] >> 6)))..next]);
        }

        rows.Row("end");
        return next;
    }

    private static void Close(ReadOnlySpan<byte> input, int start, int lengthAt, int at, long length, CapsuleRows rows)
    {
        Demand(length >= 4, WebTransportProtocolError.CapsuleFieldTruncated, lengthAt);
        Demand(length <= 4 + 1024, WebTransportProtocolError.CloseReasonTooLong, lengthAt);
        ReadOnlySpan<byte> value = input[at..(int)Math.Min(input.Length, at + length)];
        ReadOnlySpan<byte> text = value.Length > 4 ? value[4..] : default;
        (int invalid, bool complete) = NaiveUtf8.Validate(text);
        Demand(invalid < 0, WebTransportProtocolError.CloseReasonNotUtf8, at + 4 + invalid);
        Demand(value.Length == length, WebTransportProtocolError.UnexpectedEnd, input.Length);
        Demand(complete, WebTransportProtocolError.CloseReasonNotUtf8, at + value.Length);
        long code = (value[0] * 0x1000000L) + (value[1] << 16) + (value[2] << 8) + value[3];
        rows.Row(CapsuleRows.Head(start, 0x2843, length, "WT_CLOSE_SESSION", $" code={code} reason={Convert.ToHexStringLower(text)}"));
    }

    private static void Whole(
        ReadOnlySpan<byte> input, int start, long type, long length, int at, long end, string name, string fields, CapsuleRows rows)
    {
        Fields(input, at, end);
        rows.Row(CapsuleRows.Head(start, type, length, name, fields));
    }

    /// <summary>The fields ended at <paramref name="at"/>: the capsule has to end there too.</summary>
    private static void Fields(ReadOnlySpan<byte> input, int at, long end)
    {
        Demand(at == end || at < input.Length, WebTransportProtocolError.UnexpectedEnd, input.Length);
        Demand(at == end, WebTransportProtocolError.CapsuleTrailingBytes, at);
    }

    private static void Rest(ReadOnlySpan<byte> input, int at, long end, CapsuleRows rows, bool mustBeZero)
    {
        for (; at < end; at++)
        {
            Demand(at < input.Length, WebTransportProtocolError.UnexpectedEnd, input.Length);
            Demand(!mustBeZero || input[at] == 0, WebTransportProtocolError.PaddingNotZero, at);
            rows.Payload([input[at]]);
        }
    }

    private static long Code(ReadOnlySpan<byte> input, ref int at, long end, int lengthAt)
    {
        int codeAt = at;
        long code = Integer(input, ref at, end, lengthAt);
        Demand(code <= uint.MaxValue, WebTransportProtocolError.ApplicationErrorCodeTooLarge, codeAt);
        return code;
    }

    private static long Integer(ReadOnlySpan<byte> input, ref int at, long end, int lengthAt)
    {
        Demand(at < end, WebTransportProtocolError.CapsuleFieldTruncated, lengthAt);
        Demand(at < input.Length, WebTransportProtocolError.UnexpectedEnd, input.Length);
        Demand(at + (1 << (input[at] >> 6)) <= end, WebTransportProtocolError.CapsuleFieldTruncated, at);
        (long value, int length) = NaiveVarInt.Decode(input[at..]);
        Demand(length > 0, WebTransportProtocolError.UnexpectedEnd, input.Length);
        at += length;
        return value;
    }

    private static void Demand(bool holds, WebTransportProtocolError error, int offset)
    {
        if (!holds)
        {
            throw new Violation(error, offset);
        }
    }
}
