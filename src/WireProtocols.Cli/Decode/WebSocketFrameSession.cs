using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Decode;

/// <summary>Shows frames.</summary>
internal sealed class WebSocketFrameSession(DecodeRun run, WebSocketFrameDecoder decoder, bool lenient) : WebSocketSession(run, decoder)
{
    private readonly PayloadCollector _payload = new(run);
    private WebSocketTextCheck _text;
    private long _textError = -1;

    protected override bool Accept(scoped in WebSocketFramePart part)
    {
        long index = _text.FindError(part);
        if (index >= 0)
        {
            _textError = part.Offset + part.Header.HeaderLength + index;
            if (!lenient)
            {
                Report(WebSocketProtocolError.InvalidText, _textError);
                return false;
            }
        }

        // A frame that is here at once needs no copy.
        bool whole = part.IsFirst && part.IsLast;
        if (!whole)
        {
            _payload.Append(part.Payload);
        }

        if (part.IsLast)
        {
            Print(part, whole ? part.Payload : _payload.Kept);
            _payload.Clear();
        }

        return true;
    }

    private void Print(scoped in WebSocketFramePart part, ReadOnlySpan<byte> payload)
    {
        if (Run.Json)
        {
            PrintRow(part.Header, part.Offset, payload);
        }
        else
        {
            PrintView(part.Header, part.Offset, payload);
        }

        if (part.Violation != WebSocketProtocolError.None)
        {
            Report(part.Violation, part.Offset + WebSocketViolations.IndexOf(part.Violation, part.Header, payload));
        }

        if (_textError >= 0)
        {
            Report(WebSocketProtocolError.InvalidText, _textError);
            _textError = -1;
        }
    }

    private void PrintRow(WebSocketFrameHeader header, long offset, ReadOnlySpan<byte> payload)
    {
        Utf8JsonWriter row = Run.Rows.Begin("frame"u8);
        row.WriteNumber("offset"u8, offset);
        row.WriteNumber("headerLength"u8, header.HeaderLength);
        row.WriteBoolean("fin"u8, header.Fin);
        row.WriteNumber("rsv"u8, (int)header.ReservedBits);
        row.WriteString("opcode"u8, NameOf(header.Opcode));
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
        row.WriteBase64String("payload"u8, payload);
        if (header.Opcode == WebSocketOpcode.Close && payload.Length >= 2)
        {
            row.WriteNumber("closeCode"u8, BinaryPrimitives.ReadUInt16BigEndian(payload));
            row.WriteString("closeReason"u8, Encoding.UTF8.GetString(payload[2..]));
        }

        Run.Rows.End();
    }

    private void PrintView(WebSocketFrameHeader header, long offset, ReadOnlySpan<byte> payload)
    {
        HumanView view = Run.View;
        string fragment = header.Fin ? "" : ", more fragments follow";
        string masked = header.IsMasked ? ", masked" : "";
        view.Element(offset, $"{NameOf(header.Opcode)} frame{masked}, {HumanView.Count(header.PayloadLength)}{fragment}");
        byte first = (byte)((header.Fin ? 0x80 : 0) | ((int)header.ReservedBits << 4) | (int)header.Opcode);
        int extended = header.HeaderLength - (header.IsMasked ? 6 : 2);
        byte second = (byte)((header.IsMasked ? 0x80 : 0) | (extended == 0 ? (int)header.PayloadLength : extended == 2 ? 126 : 127));
        view.Bits(first, 0x80, "FIN", header.Fin ? "the last fragment" : "more fragments follow");
        view.Bits(first, 0x70, "RSV", DescribeReserved(header.ReservedBits));
        view.Bits(first, 0x0F, "opcode", $"{NameOf(header.Opcode)} ({(int)header.Opcode})");
        view.Bits(second, 0x80, "MASK", header.IsMasked ? "masked" : "not masked");
        view.Bits(second, 0x7F, "length", extended == 0 ? HumanView.Count(header.PayloadLength) : $"{HumanView.Count(header.PayloadLength)}, in the next {extended} bytes");
        if (header.IsMasked)
        {
            view.Field("masking key", header.MaskingKey.ToString("x8", CultureInfo.InvariantCulture));
        }

        if (header.Opcode == WebSocketOpcode.Close && payload.Length >= 2)
        {
            view.Field("close code", Describe((WebSocketCloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload)));
            view.Field("close reason", SafeText.Quote(payload[2..]));
        }
        else
        {
            view.Payload(payload, header.PayloadLength);
        }
    }

    private static string DescribeReserved(WebSocketReservedBits bits)
        => bits == WebSocketReservedBits.None ? "none" : bits == WebSocketReservedBits.Rsv1 ? "RSV1, compressed with permessage-deflate" : bits.ToString().ToUpperInvariant();
}
