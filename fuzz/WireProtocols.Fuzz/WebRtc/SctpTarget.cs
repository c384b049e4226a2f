using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>
/// A packet of SCTP to the decoder and to its oracle. The first byte says whether the checksum is put right before. What is decoded is written
/// again.
/// </summary>
public sealed class SctpTarget : FuzzTarget
{
    private const int SetupLength = 13;
    private const int PutRight = 1;

    public override string Name => "sctp";

    public override string CodeNamespace => "WireProtocols.WebRtc";

    public override FuzzFormat Format { get; } = new LengthValueFormat(
        SetupLength, countsHeader: true, 0x0000, 0x0003, 0x0007, 0x000B, 0x0100, 0x0200, 0x0300, 0x0400, 0x0500, 0x0600, 0x0601, 0x0700, 0x0800,
        0x0900, 0x0A00, 0x0B00, 0x0E00, 0x0E01, 0x8200, 0xC000, 0x8000, 0x4000, 0xFE00);

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        byte[] bytes = input[1..].ToArray();
        if ((input[0] & PutRight) != 0 && bytes.Length >= SctpPacket.HeaderSize)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), SctpChecksum.Compute(bytes));
        }

        IReadOnlyList<string> rows = SctpRows.Decode(bytes);
        IReadOnlyList<string> expected = NaiveSctp.Decode(bytes);
        Require(rows.SequenceEqual(expected), $"{string.Join(" | ", rows)} is {string.Join(" | ", expected)}");
        if (SctpPacket.Decode(bytes, out SctpPacket packet, out _, out _) == OperationStatus.Done && bytes.Length <= ushort.MaxValue)
        {
            SctpPacketWriter writer = new(ushort.MaxValue);
            writer.Begin(packet.SourcePort, packet.DestinationPort, packet.VerificationTag);
            foreach (SctpChunk chunk in packet)
            {
                Write(chunk, writer);
            }

            Require(SctpRows.Decode(writer.Finish().Span).SequenceEqual(rows), "what is written reads back");
        }
    }

    private static void Write(in SctpChunk chunk, SctpPacketWriter writer)
    {
        switch (chunk.Type)
        {
            case SctpChunkType.Data when chunk.Flags < 16:
                SctpData data = chunk.AsData();
                writer.AddData(data.Bits, data.Tsn, (ushort)data.StreamId, (ushort)data.SequenceNumber, data.PayloadProtocol, data.Payload);
                break;
            case SctpChunkType.Sack when chunk.Flags == 0:
                SctpSack sack = chunk.AsSack();
                SctpGap[] gaps = new SctpGap[sack.GapCount];
                uint[] duplicates = new uint[sack.DuplicateCount];
                for (int i = 0; i < gaps.Length; i++)
                {
                    gaps[i] = sack.GetGap(i);
                }

                for (int i = 0; i < duplicates.Length; i++)
                {
                    duplicates[i] = sack.GetDuplicate(i);
                }

                writer.AddSack(sack.CumulativeTsn, sack.Window, gaps, duplicates);
                break;
            case SctpChunkType.ForwardTsn when chunk.Flags == 0:
                SctpForwardTsn forward = chunk.AsForwardTsn();
                SctpSkip[] streams = new SctpSkip[forward.StreamCount];
                for (int i = 0; i < streams.Length; i++)
                {
                    streams[i] = forward.GetStream(i);
                }

                writer.AddForwardTsn(forward.NewCumulativeTsn, streams);
                break;
            case SctpChunkType.Init or SctpChunkType.InitAck when chunk.Flags == 0:
                writer.BeginInit(chunk.Type == SctpChunkType.InitAck, chunk.AsInit());
                AddParameters(chunk, writer);
                break;
            case SctpChunkType.Heartbeat or SctpChunkType.HeartbeatAck or SctpChunkType.Abort or SctpChunkType.Error or SctpChunkType.Reconfig:
                writer.BeginChunk(chunk.Type, chunk.Flags);
                AddParameters(chunk, writer);
                break;
            default:
                writer.AddChunk(chunk.Type, chunk.Flags, chunk.Value);
                break;
        }
    }

    private static void AddParameters(in SctpChunk chunk, SctpPacketWriter writer)
    {
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            writer.AddParameter(parameter.Number, parameter.Value);
        }

        writer.EndChunk();
    }
}
