using System.Buffers;
using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Encode;

/// <summary>
/// WebSocket frames. A row is written as it stands, legal or not, so that any frame that `decode --lenient` shows can be made again: the length
/// takes the form that <c>headerLength</c> tells. What a row leaves out is chosen for it: FIN, and a mask where the sender is a client.
/// </summary>
internal sealed class WebSocketEncodeFormat : EncodeFormat
{
    private readonly Option<string> _from = CommonOptions.From("Who sends: masks frames whose row does not say.");

    public override string Name => "websocket";

    public override IReadOnlyList<string> Aliases => ["ws"];

    public override string Description => "WebSocket frames (RFC 6455); rows of the kind frame, message or control";

    public override IEnumerable<Option> Options => [_from];

    public override EncodeSession Start(EncodeRun run) => new Session(run, run.Get(_from) == "client");

    private sealed class Session(EncodeRun run, bool masks) : EncodeSession(run)
    {
        public override void Encode(EncodeRow row)
        {
            row.Expect("frame", "message", "control");
            int opcode = OpcodeOf(row.GetString(row.Kind == "message" ? "type" : "opcode"));
            byte[] payload = PayloadOf(row);
            bool masked = row.GetBoolean("masked", row.Has("maskingKey") || masks);
            long reserved = row.GetInt64("rsv", 0);
            if (row.GetInt64("length", payload.Length) != payload.Length)
            {
                throw new ArgumentException("\"length\" is not the length of \"payload\"");
            }

            if (reserved is < 0 or > 7)
            {
                throw new ArgumentException("\"rsv\" is a number of three bits");
            }

            Span<byte> header = Run.Output.GetSpan(WebSocketFrameHeader.MaxLength);
            header[0] = (byte)((row.GetBoolean("fin", true) ? 0x80 : 0) | ((int)reserved << 4) | opcode);
            int length = 2 + WriteLength(header[1..], payload.Length, ExtendedLengthOf(row, payload.Length, masked));
            uint key = 0;
            if (masked)
            {
                header[1] |= 0x80;
                key = row.Has("maskingKey") ? KeyOf(row.GetString("maskingKey")) : WebSocketMaskingKey.Next();
                BinaryPrimitives.WriteUInt32BigEndian(header[length..], key);
                length += 4;
            }

            Run.Output.Advance(length);
            WebSocketMask.ApplyInPlace(payload, key);
            Run.Output.Write(payload);
        }

        private static int OpcodeOf(string name) => name switch
        {
            "continuation" => (int)WebSocketOpcode.Continuation,
            "text" => (int)WebSocketOpcode.Text,
            "binary" => (int)WebSocketOpcode.Binary,
            "close" => (int)WebSocketOpcode.Close,
            "ping" => (int)WebSocketOpcode.Ping,
            "pong" => (int)WebSocketOpcode.Pong,
            ['0', 'x', char digit] when char.IsAsciiHexDigit(digit) => Convert.ToInt32(name, 16),
            _ => throw new ArgumentException($"there is no opcode \"{name}\""),
        };

        private static byte[] PayloadOf(EncodeRow row)
        {
            if (row.Has("payload") || !row.Has("closeCode"))
            {
                return row.GetBytes("payload", []);
            }

            byte[] payload = new byte[WebSocketFrameHeader.MaxControlPayloadLength];
            int length = WebSocketClosePayload.Encode((WebSocketCloseCode)row.GetInt32("closeCode"), row.GetString("closeReason", ""), payload);
            return payload[..length];
        }

        private static uint KeyOf(string hex)
            => hex.Length == 8 && uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint key)
                ? key
                : throw new ArgumentException("\"maskingKey\" is 8 hexadecimal digits");

        /// <summary>How many bytes the length takes besides the 7 bits: 0, 2 or 8.</summary>
        private static int ExtendedLengthOf(EncodeRow row, int payloadLength, bool masked)
        {
            int least = payloadLength < 126 ? 0 : payloadLength <= ushort.MaxValue ? 2 : 8;
            int wanted = row.Has("headerLength") ? row.GetInt32("headerLength") - (masked ? 6 : 2) : least;
            return wanted is 0 or 2 or 8 && wanted >= least
                ? wanted
                : throw new ArgumentException("no header of \"headerLength\" bytes holds this frame");
        }

        /// <returns>How many bytes were written after the first.</returns>
        private static int WriteLength(Span<byte> destination, int payloadLength, int extended)
        {
            switch (extended)
            {
                case 0:
                    destination[0] = (byte)payloadLength;
                    break;
                case 2:
                    destination[0] = 126;
                    BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)payloadLength);
                    break;
                default:
                    destination[0] = 127;
                    BinaryPrimitives.WriteInt64BigEndian(destination[1..], payloadLength);
                    break;
            }

            return extended;
        }
    }
}
