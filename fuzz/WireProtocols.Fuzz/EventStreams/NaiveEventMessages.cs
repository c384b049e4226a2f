using WireProtocols.EventStreams;
using WireProtocols.Fuzz.Buffers;

namespace WireProtocols.Fuzz.EventStreams;

/// <summary>
/// Messages of amazon-eventstream §Message Format and their headers (§Headers Format), transcribed over the whole input at once. The input may end
/// anywhere; what is wrong before that is found all the same.
/// </summary>
public static class NaiveEventMessages
{
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, EventMessageOptions options)
    {
        EventMessageRows rows = new();
        int at = 0;
        while (at < input.Length)
        {
            (EventMessageProtocolError error, long offset) = DecodeOne(input, ref at, options, rows);
            if (error != EventMessageProtocolError.None)
            {
                rows.Error(error, offset);
                break;
            }
        }

        return rows.Rows;
    }

    /// <summary>The checksum, a bit a step.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static (EventMessageProtocolError Error, long Offset) DecodeOne(
        ReadOnlySpan<byte> input, ref int at, EventMessageOptions options, EventMessageRows rows)
    {
        int start = at;
        if (input.Length - start < 12)
        {
            return (EventMessageProtocolError.UnexpectedEnd, input.Length);
        }

        long total = Number(input.Slice(start, 4));
        long headers = Number(input.Slice(start + 4, 4));
        if (Number(input.Slice(start + 8, 4)) != Checksum(input.Slice(start, 8)))
        {
            return (EventMessageProtocolError.PreludeChecksumMismatch, start + 8);
        }

        long payload = total - 16 - headers;
        if (payload < 0)
        {
            return (EventMessageProtocolError.LengthsInconsistent, total < 16 ? start : start + 4);
        }

        if (headers > options.MaxHeadersLength)
        {
            return (EventMessageProtocolError.HeadersTooLarge, start + 4);
        }

        if (payload > options.MaxPayloadLength)
        {
            return (EventMessageProtocolError.PayloadTooLarge, start);
        }

        at = start + 12;
        List<string> found = [];
        (EventMessageProtocolError error, int offset) = ReadHeaders(input, ref at, at + headers, options, found);
        if (error != EventMessageProtocolError.None)
        {
            return (error, offset);
        }

        rows.Row(EventMessageRows.Head(start, headers, payload));
        found.ForEach(rows.Row);
        int there = (int)Math.Min(payload, input.Length - at);
        rows.Payload(input.Slice(at, there));
        at += there;
        if (there < payload || input.Length - at < 4)
        {
            return (EventMessageProtocolError.UnexpectedEnd, input.Length);
        }

        if (Number(input.Slice(at, 4)) != Checksum(input[start..at]))
        {
            return (EventMessageProtocolError.MessageChecksumMismatch, at);
        }

        at += 4;
        rows.Row("end");
        return (EventMessageProtocolError.None, 0);
    }

    private static (EventMessageProtocolError Error, int Offset) ReadHeaders(
        ReadOnlySpan<byte> input, ref int at, long end, EventMessageOptions options, List<string> found)
    {
        HashSet<string> names = [];
        while (at < end)
        {
            int header = at;
            if (at == input.Length)
            {
                return (EventMessageProtocolError.UnexpectedEnd, at);
            }

            int nameLength = input[at];
            EventMessageProtocolError error = names.Count == options.MaxHeaders ? EventMessageProtocolError.TooManyHeaders
                : nameLength == 0 ? EventMessageProtocolError.HeaderNameEmpty
                : at + 1 + nameLength + 1 > end ? EventMessageProtocolError.HeaderCut
                : EventMessageProtocolError.None;
            if (error != EventMessageProtocolError.None)
            {
                return (error, at);
            }

            at++;
            int bad = FindBad(input, at, nameLength);
            if (bad >= 0)
            {
                return (EventMessageProtocolError.HeaderNameNotUtf8, bad);
            }

            if (input.Length - at < nameLength)
            {
                return (EventMessageProtocolError.UnexpectedEnd, input.Length);
            }

            ReadOnlySpan<byte> name = input.Slice(at, nameLength);
            if (!names.Add(Convert.ToHexString(name)))
            {
                return (EventMessageProtocolError.HeaderRepeated, header);
            }

            at += nameLength;
            (error, int offset, int type, int length) = ReadShape(input, ref at, end, options);
            if (error == EventMessageProtocolError.None && type == 7 && FindBad(input, at, length) is >= 0 and int index)
            {
                (error, offset) = (EventMessageProtocolError.HeaderValueNotUtf8, index);
            }
            else if (error == EventMessageProtocolError.None && input.Length - at < length)
            {
                (error, offset) = (EventMessageProtocolError.UnexpectedEnd, input.Length);
            }

            if (error != EventMessageProtocolError.None)
            {
                return (error, offset);
            }

            found.Add(EventMessageRows.Header(name, type, input.Slice(at, length)));
            at += length;
        }

        return (EventMessageProtocolError.None, 0);
    }

    /// <summary>Reads the type of a header, and the length of its value.</summary>
    private static (EventMessageProtocolError Error, int Offset, int Type, int Length) ReadShape(
        ReadOnlySpan<byte> input, ref int at, long end, EventMessageOptions options)
    {
        if (at == input.Length)
        {
            return (EventMessageProtocolError.UnexpectedEnd, at, 0, 0);
        }

        int type = input[at];
        int length = type switch { 0 or 1 => 0, 2 => 1, 3 or 6 or 7 => 2, 4 => 4, 5 or 8 => 8, 9 => 16, _ => -1 };
        if (length < 0)
        {
            return (EventMessageProtocolError.HeaderTypeUnknown, at, type, 0);
        }

        if (at + 1 + length > end)
        {
            return (EventMessageProtocolError.HeaderCut, at, type, 0);
        }

        at++;
        if (type is not (6 or 7))
        {
            return (EventMessageProtocolError.None, 0, type, length);
        }

        // "byte data<1..2^15-1>": the first of two bytes tells of what is longer.
        if (at < input.Length && input[at] >= 0x80)
        {
            return (EventMessageProtocolError.HeaderValueTooLong, at, type, 0);
        }

        if (input.Length - at < 2)
        {
            return (EventMessageProtocolError.UnexpectedEnd, input.Length, type, 0);
        }

        length = (input[at] * 256) + input[at + 1];
        if ((length == 0 && !options.AllowEmptyValues) || at + 2 + length > end)
        {
            return (length == 0 ? EventMessageProtocolError.HeaderValueEmpty : EventMessageProtocolError.HeaderCut, at, type, 0);
        }

        at += 2;
        return (EventMessageProtocolError.None, 0, type, length);
    }

    /// <summary>Where a text of so many bytes stops being UTF-8, as far as it is there; -1 where it does not.</summary>
    private static int FindBad(ReadOnlySpan<byte> input, int at, int length)
    {
        ReadOnlySpan<byte> there = input.Slice(at, Math.Min(length, input.Length - at));
        (int invalid, bool isComplete) = NaiveUtf8.Validate(there);
        return invalid >= 0 ? at + invalid : there.Length == length && !isComplete ? at + length : -1;
    }

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        long number = 0;
        foreach (byte value in bytes)
        {
            number = (number * 256) + value;
        }

        return number;
    }
}
