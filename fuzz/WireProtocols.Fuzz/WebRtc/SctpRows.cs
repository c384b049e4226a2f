using System.Globalization;
using System.Text;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>A packet of SCTP as rows of text: what decoder and oracle are compared by.</summary>
public static class SctpRows
{
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> bytes)
    {
        Transcript rows = new();
        if (SctpPacket.Decode(bytes, out SctpPacket packet, out SctpProtocolError error, out int errorOffset)
            != System.Buffers.OperationStatus.Done)
        {
            rows.Error(error, errorOffset);
            return rows.Rows;
        }

        rows.Row(string.Create(CultureInfo.InvariantCulture, $"packet {packet.SourcePort} {packet.DestinationPort} 0x{packet.VerificationTag:x8}"));
        foreach (SctpChunk chunk in packet)
        {
            rows.Row(Describe(chunk));
            foreach (SctpParameter parameter in chunk.Parameters)
            {
                rows.Row($"parameter 0x{parameter.Number:x4} {Convert.ToHexStringLower(parameter.Value)}".TrimEnd());
            }
        }

        return rows.Rows;
    }

    private static string Describe(in SctpChunk chunk)
    {
        StringBuilder row = new();
        row.Append(CultureInfo.InvariantCulture, $"chunk {(int)chunk.Type} {chunk.Flags}");
        switch (chunk.Type)
        {
            case SctpChunkType.Data:
                SctpData data = chunk.AsData();
                row.Append(CultureInfo.InvariantCulture, $" {(int)data.Bits} {data.Tsn} {data.StreamId} {data.SequenceNumber}");
                row.Append(CultureInfo.InvariantCulture, $" {data.PayloadProtocol}");
                row.Append(CultureInfo.InvariantCulture, $" {Convert.ToHexStringLower(data.Payload)}");
                break;
            case SctpChunkType.Init or SctpChunkType.InitAck:
                SctpInit init = chunk.AsInit();
                row.Append(CultureInfo.InvariantCulture, $" {init.InitiateTag} {init.Window} {init.OutboundStreams} {init.InboundStreams}");
                row.Append(CultureInfo.InvariantCulture, $" {init.InitialTsn}");
                break;
            case SctpChunkType.Sack:
                SctpSack sack = chunk.AsSack();
                row.Append(CultureInfo.InvariantCulture, $" {sack.CumulativeTsn} {sack.Window}");
                for (int i = 0; i < sack.GapCount; i++)
                {
                    row.Append(CultureInfo.InvariantCulture, $" {sack.GetGap(i).Start}-{sack.GetGap(i).End}");
                }

                for (int i = 0; i < sack.DuplicateCount; i++)
                {
                    row.Append(CultureInfo.InvariantCulture, $" twice {sack.GetDuplicate(i)}");
                }

                break;
            case SctpChunkType.ForwardTsn:
                SctpForwardTsn forward = chunk.AsForwardTsn();
                row.Append(CultureInfo.InvariantCulture, $" {forward.NewCumulativeTsn}");
                for (int i = 0; i < forward.StreamCount; i++)
                {
                    row.Append(CultureInfo.InvariantCulture, $" {forward.GetStream(i).StreamId}:{forward.GetStream(i).SequenceNumber}");
                }

                break;
            case SctpChunkType.Shutdown:
                row.Append(CultureInfo.InvariantCulture, $" {chunk.AsShutdown()}");
                break;
            case SctpChunkType.Heartbeat or SctpChunkType.HeartbeatAck or SctpChunkType.Abort or SctpChunkType.Error or SctpChunkType.Reconfig:
                break;
            default:
                row.Append(CultureInfo.InvariantCulture, $" {Convert.ToHexStringLower(chunk.Value)}");
                break;
        }

        return row.ToString().TrimEnd();
    }
}
