using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Cli.Encode;

/// <summary>Packets of SCTP: the chunks as they are, since the tool also makes bad input; only the checksum is always right.</summary>
internal sealed class SctpEncodeFormat : EncodeFormat
{
    public override string Name => "sctp";

    public override string Description => "One packet of SCTP (RFC 9260); a row of the kind packet";

    public override EncodeSession Start(EncodeRun run) => new Session(run);

    private sealed class Session(EncodeRun run) : EncodeSession(run)
    {
        private const int ChunkHeader = 4;

        public override void Encode(EncodeRow row)
        {
            row.Expect("packet");
            ArrayBufferWriter<byte> packet = new();
            Span<byte> header = packet.GetSpan(SctpPacket.HeaderSize);
            BinaryPrimitives.WriteUInt16BigEndian(header, row.GetUInt16("sourcePort", 5000));
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], row.GetUInt16("destinationPort", 5000));
            BinaryPrimitives.WriteUInt32BigEndian(header[4..], row.GetUInt32("verificationTag"));
            packet.Advance(SctpPacket.HeaderSize);
            foreach (EncodeRow chunk in row.GetObjects("chunks"))
            {
                byte[] value = chunk.GetBytes("value", ushort.MaxValue - ChunkHeader);
                Span<byte> start = packet.GetSpan(ChunkHeader);
                start[0] = chunk.GetByte("type");
                start[1] = chunk.GetByte("flags", 0);
                BinaryPrimitives.WriteUInt16BigEndian(start[2..], (ushort)(value.Length + ChunkHeader));
                packet.Advance(ChunkHeader);
                packet.Write(value);
                packet.Write(new byte[-value.Length & (ChunkHeader - 1)]);
            }

            byte[] bytes = packet.WrittenSpan.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), SctpChecksum.Compute(bytes));
            Run.Output.Write(bytes);
        }
    }
}
