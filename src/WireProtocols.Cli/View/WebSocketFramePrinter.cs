using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.View;

/// <summary>Shows WebSocket frames, as rows or for a person.</summary>
internal sealed class WebSocketFramePrinter(bool json, JsonRows rows, HumanView view)
{
    /// <param name="header">The frame's header.</param>
    /// <param name="offset">Where the frame begins.</param>
    /// <param name="payload">All of its payload for a row, at least what the view previews otherwise; unmasked.</param>
    public void Print(WebSocketFrameHeader header, long offset, ReadOnlySpan<byte> payload)
    {
        if (json)
        {
            PrintRow(header, offset, payload);
        }
        else
        {
            PrintView(header, offset, payload);
        }
    }

    private void PrintRow(WebSocketFrameHeader header, long offset, ReadOnlySpan<byte> payload)
    {
        Utf8JsonWriter row = rows.Begin("frame"u8);
        rows.WriteOffset(offset);
        row.WriteNumber("headerLength"u8, header.HeaderLength);
        row.WriteBoolean("fin"u8, header.Fin);
        row.WriteNumber("rsv"u8, (int)header.ReservedBits);
        row.WriteString("opcode"u8, WebSocketNames.Of(header.Opcode));
        row.WriteBoolean("masked"u8, header.IsMasked);
        if (header.IsMasked)
        {
            Span<byte> key = stackalloc byte[4];
            Span<byte> hex = stackalloc byte[8];
            BinaryPrimitives.WriteUInt32BigEndian(key, header.MaskingKey);
            Convert.TryToHexStringLower(key, hex, out _);
            row.WriteString("maskingKey"u8, hex);
        }

        row.WriteNumber("length"u8, header.PayloadLength);
        rows.WritePayload(payload, header.Opcode == WebSocketOpcode.Text && header.ReservedBits == WebSocketReservedBits.None);
        if (header.Opcode == WebSocketOpcode.Close && payload.Length >= 2)
        {
            row.WriteNumber("closeCode"u8, BinaryPrimitives.ReadUInt16BigEndian(payload));
            row.WriteString("closeReason"u8, Encoding.UTF8.GetString(payload[2..]));
        }

        rows.End();
    }

    private void PrintView(WebSocketFrameHeader header, long offset, ReadOnlySpan<byte> payload)
    {
        string fragment = header.Fin ? "" : ", more fragments follow";
        string masked = header.IsMasked ? ", masked" : "";
        view.Element(offset, $"{WebSocketNames.Of(header.Opcode)} frame{masked}, {HumanView.Count(header.PayloadLength)}{fragment}");
        byte first = (byte)((header.Fin ? 0x80 : 0) | ((int)header.ReservedBits << 4) | (int)header.Opcode);
        int extended = header.HeaderLength - (header.IsMasked ? 6 : 2);
        byte second = (byte)((header.IsMasked ? 0x80 : 0) | (extended == 0 ? (int)header.PayloadLength : extended == 2 ? 126 : 127));
        view.Bits(first, 0x80, "FIN", header.Fin ? "the last fragment" : "more fragments follow");
        view.Bits(first, 0x70, "RSV", DescribeReserved(header.ReservedBits));
        view.Bits(first, 0x0F, "opcode", $"{WebSocketNames.Of(header.Opcode)} ({(int)header.Opcode})");
        view.Bits(second, 0x80, "MASK", header.IsMasked ? "masked" : "not masked");
        view.Bits(
            second,
            0x7F,
            "length",
            extended == 0 ? HumanView.Count(header.PayloadLength) : $"{HumanView.Count(header.PayloadLength)}, in the next {extended} bytes");
        if (header.IsMasked)
        {
            view.Field("masking key", header.MaskingKey.ToString("x8", CultureInfo.InvariantCulture));
        }

        if (header.Opcode == WebSocketOpcode.Close && payload.Length >= 2)
        {
            view.Field("close code", WebSocketNames.Of((WebSocketCloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload)));
            view.Field("close reason", SafeText.Quote(payload[2..]));
        }
        else
        {
            view.Payload(payload, header.PayloadLength);
        }
    }

    private static string DescribeReserved(WebSocketReservedBits bits)
        => bits == WebSocketReservedBits.None
            ? "none"
            : bits == WebSocketReservedBits.Rsv1 ? "RSV1, compressed with permessage-deflate" : bits.ToString().ToUpperInvariant();
}
