using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using WireProtocols.EventStreams;

namespace WireProtocols.Cli.Decode;

/// <summary>Guesses the format of an input from its first bytes: the sure signs first, then what is only likely.</summary>
internal static class FormatGuess
{
    /// <summary>How many bytes say as much as any number of them.</summary>
    public const int Length = 512;

    private const uint StunCookie = 0x2112A442;
    private const uint LikelyMessage = 16 * 1024 * 1024;
    private const byte RecordSeparator = 0x1E;

    /// <returns>The name of the format and its options; null where nothing is likely.</returns>
    public static string[]? Find(ReadOnlySpan<byte> head) => FindByMagic(head) ?? FindText(head) ?? FindBinary(head);

    private static string[]? FindByMagic(ReadOnlySpan<byte> head)
    {
        uint first = head.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (first is 0xA1B2C3D4 or 0xA1B23C4D or 0xD4C3B2A1 or 0x4D3CB2A1 or 0x0A0D0D0A)
        {
            return ["pcap"];
        }

        if (head.StartsWith("PROXY "u8) || head.StartsWith("\r\n\r\n\0\r\nQUIT\n"u8))
        {
            return ["proxy-protocol"];
        }

        if (head.Length >= 8 && head[0] < 0x40 && BinaryPrimitives.ReadUInt32BigEndian(head[4..]) == StunCookie)
        {
            return ["stun"];
        }

        // Its checksum says that it is one.
        return head.Length >= EventMessagePrelude.Size && EventMessagePrelude.Decode(head, out _) == OperationStatus.Done
            ? ["amazon-eventstream"]
            : null;
    }

    private static string[]? FindText(ReadOnlySpan<byte> head)
    {
        int end = head.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
        if (line.StartsWith("HTTP/1."u8) || line.IndexOf(" HTTP/1."u8) > 0)
        {
            return ["http1"];
        }

        if (line.StartsWith("Content-Length:"u8))
        {
            return ["json-rpc"];
        }

        if (line.StartsWith("data:"u8) || line.StartsWith("event:"u8) || line.StartsWith("id:"u8) || line.StartsWith("retry:"u8)
            || line is [(byte)':', ..])
        {
            return ["sse"];
        }

        return line switch
        {
            [RecordSeparator, ..] => ["json-seq"],
            [(byte)'{' or (byte)'[' or (byte)'"', ..] => ["ndjson"],
            _ => IsChunkLine(head, end) ? ["chunked"] : null,
        };
    }

    /// <summary>Whether a line is a hexadecimal number, and perhaps extensions.</summary>
    private static bool IsChunkLine(ReadOnlySpan<byte> head, int end)
        => end > 0 && head[end..].StartsWith("\r\n"u8) && Utf8Parser.TryParse(head[..end], out long _, out int digits, 'x')
            && (digits == end || head[digits] is (byte)';' or (byte)' ');

    private static string[]? FindBinary(ReadOnlySpan<byte> head)
    {
        if (head is [<= 1, _, _, _, _, ..] && BinaryPrimitives.ReadUInt32BigEndian(head[1..]) <= LikelyMessage)
        {
            return ["grpc"];
        }

        // A first frame has an opcode other than that of a continuation, and no bit of reserve but that of compression.
        if (head is [var first, var second, ..] && (first & 0x30) == 0 && (first & 0x0F) is 1 or 2 or 8 or 9 or 10)
        {
            string from = (second & 0x80) != 0 ? "client" : "server";
            return (first & 0x40) == 0 ? ["websocket", "--from", from] : ["websocket", "--from", from, "--deflate"];
        }

        return null;
    }
}
