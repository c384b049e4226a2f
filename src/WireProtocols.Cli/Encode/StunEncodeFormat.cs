using System.Buffers;
using System.Buffers.Binary;

namespace WireProtocols.Cli.Encode;

/// <summary>Messages of STUN: the attributes as they are, since the tool also makes bad input.</summary>
internal sealed class StunEncodeFormat : EncodeFormat
{
    public override string Name => "stun";

    public override string Description => "Messages of STUN (RFC 8489); rows of the kind message";

    public override EncodeSession Start(EncodeRun run) => new Session(run);

    private sealed class Session(EncodeRun run) : EncodeSession(run)
    {
        private const uint MagicCookie = 0x2112A442;
        private const int HeaderSize = 20;
        private const int IdSize = 12;
        private const int Alignment = 4;
        private static readonly string[] Classes = ["request", "indication", "success", "error"];

        public override void Encode(EncodeRow row)
        {
            row.Expect("message");
            int messageClass = Array.IndexOf(Classes, row.GetString("class", "request"));
            int method = row.GetInt32("method", 1);
            byte[] id = HexOf(row.GetString("transactionId"));
            if (messageClass < 0 || method is < 0 or > 0xFFF || id.Length != IdSize)
            {
                throw new ArgumentException("a message has a class, a method of 0 to 4095 and a transaction id of 24 hexadecimal digits");
            }

            ArrayBufferWriter<byte> attributes = new();
            foreach (EncodeRow attribute in row.GetObjects("attributes"))
            {
                byte[] value = attribute.GetBytes("value", ushort.MaxValue);
                BinaryPrimitives.WriteUInt16BigEndian(attributes.GetSpan(Alignment), attribute.GetUInt16("type"));
                BinaryPrimitives.WriteUInt16BigEndian(attributes.GetSpan(Alignment)[sizeof(ushort)..], (ushort)value.Length);
                attributes.Advance(Alignment);
                attributes.Write(value);
                attributes.Write(new byte[-value.Length & (Alignment - 1)]);
            }

            if (attributes.WrittenCount > ushort.MaxValue)
            {
                throw new ArgumentException($"the attributes of a message have at most {ushort.MaxValue} bytes");
            }

            Span<byte> header = Run.Output.GetSpan(HeaderSize);
            int type = (method & 0xF) | ((method & 0x70) << 1) | ((method & 0xF80) << 2) | ((messageClass & 1) << 4) | ((messageClass & 2) << 7);
            BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)attributes.WrittenCount);
            BinaryPrimitives.WriteUInt32BigEndian(header[4..], MagicCookie);
            id.CopyTo(header[8..]);
            Run.Output.Advance(HeaderSize);
            Run.Output.Write(attributes.WrittenSpan);
        }

        private static byte[] HexOf(string text)
        {
            try
            {
                return Convert.FromHexString(text);
            }
            catch (FormatException)
            {
                return [];
            }
        }
    }
}
