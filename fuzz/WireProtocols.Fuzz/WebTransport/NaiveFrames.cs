using WireProtocols.Fuzz.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>RFC 9114 §4.1, §6.2.1 and §7, read from the whole input at once and for clarity: the oracle of the frame decoder.</summary>
public static class NaiveFrames
{
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, Http3StreamKind kind, int maxFrameSize)
    {
        FrameRows rows = new();
        List<long> before = [];
        int at = 0;
        while (at < input.Length)
        {
            int start = at;
            (long type, int typeLength) = NaiveVarInt.Decode(input[at..]);
            string? error
                = typeLength == 0 ? $"UnexpectedEnd {input.Length}" : Refuse(type, kind, before) is { } refused ? $"{refused} {start}" : null;
            if (error is not null)
            {
                rows.Row($"error {error}");
                return rows.Rows;
            }

            before.Add(type);
            int lengthAt = start + typeLength;
            (long length, int lengthLength) = NaiveVarInt.Decode(input[lengthAt..]);
            at = lengthAt + lengthLength;
            bool isWhole = type is 0x01 or 0x03 or 0x04 or 0x05 or 0x07 or 0x0d;
            bool isInteger = type is 0x03 or 0x07 or 0x0d;
            error = lengthLength == 0 ? $"UnexpectedEnd {input.Length}"
                : isWhole && length > maxFrameSize ? $"FrameTooLarge {lengthAt}"
                : isInteger && length == 0 ? $"FramePayloadMalformed {lengthAt}"
                : isInteger && at < input.Length && 1 << (input[at] >> 6) > length ? $"FramePayloadMalformed {at}"
                : isInteger && at < input.Length && 1 << (input[at] >> 6) < length
                    && at + (1 << (input[at] >> 6)) < input.Length ? $"FramePayloadMalformed {at + (1 << (input[at] >> 6))}"
                : null;
            bool isCut = length > input.Length - at;
            if (error is null && type == 0x00)
            {
                rows.Row($"frame {start} DATA {length}");
                ReadOnlySpan<byte> payload = isCut ? input[at..] : input.Slice(at, (int)length);
                Add(rows, payload);
            }

            error ??= isCut ? $"UnexpectedEnd {input.Length}" : null;
            if (error is not null)
            {
                rows.Row($"error {error}");
                return rows.Rows;
            }

            if (isWhole)
            {
                string id = isInteger ? $" id={NaiveVarInt.Decode(input[at..]).Value}" : "";
                rows.Row($"frame {start} {Http3FrameType.GetName(type)} {length}{id}");
                Add(rows, input.Slice(at, (int)length));
            }

            if (isWhole || type == 0x00)
            {
                rows.Row("end");
            }

            at += (int)length;
        }

        return rows.Rows;
    }

    private static WebTransportProtocolError? Refuse(long type, Http3StreamKind kind, List<long> before)
    {
        if (kind == Http3StreamKind.Control)
        {
            return before.Count == 0 ? (type == 0x04 ? null : WebTransportProtocolError.MissingSettings)
                : type is 0x02 or 0x06 or 0x08 or 0x09 ? WebTransportProtocolError.ReservedFrameType
                : type == 0x41 ? WebTransportProtocolError.StreamSignalMisplaced
                : type is 0x00 or 0x01 or 0x04 or 0x05 ? WebTransportProtocolError.FrameUnexpected
                : null;
        }

        bool headersSeen = before.Contains(0x01);
        bool contentSeen = before.Contains(0x00);
        bool trailersSeen = contentSeen && before.LastIndexOf(0x01) > before.IndexOf(0x00);
        return type is 0x02 or 0x06 or 0x08 or 0x09 ? WebTransportProtocolError.ReservedFrameType
            : type == 0x41 ? WebTransportProtocolError.StreamSignalMisplaced
            : type is 0x03 or 0x04 or 0x07 or 0x0d ? WebTransportProtocolError.FrameUnexpected
            : type == 0x00 && (!headersSeen || trailersSeen) ? WebTransportProtocolError.FrameUnexpected
            : type == 0x01 && trailersSeen ? WebTransportProtocolError.FrameUnexpected
            : null;
    }

    private static void Add(FrameRows rows, ReadOnlySpan<byte> payload)
    {
        if (!payload.IsEmpty)
        {
            rows.Row($"payload {Convert.ToHexStringLower(payload)}");
        }
    }
}
