using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.WebRtc;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows a packet, its chunks and their parameters.</summary>
internal sealed class SctpSession(FormatRun run) : WholeInputSession(run)
{
    protected override ProtocolRule TooLarge => new("A packet is within the limit", "RFC 8831 §5");

    protected override void Show(ReadOnlySpan<byte> input)
    {
        if (SctpPacket.Decode(input, out SctpPacket packet, out SctpProtocolError error, out int errorOffset) != OperationStatus.Done)
        {
            Run.Fail(error, error.GetRule(), errorOffset, row => row.WriteString("cause"u8, error.GetCauseCode().ToString()));
        }
        else if (Run.Json)
        {
            PrintRow(packet);
        }
        else
        {
            PrintView(packet);
        }
    }

    private static string NameOf(in SctpChunk chunk, in SctpParameter parameter)
        => chunk.Type is SctpChunkType.Abort or SctpChunkType.Error ? parameter.Cause.ToString() : parameter.Type.ToString();

    private static void WriteFields(Utf8JsonWriter row, in SctpChunk chunk)
    {
        switch (chunk.Type)
        {
            case SctpChunkType.Data:
                SctpData data = chunk.AsData();
                row.WriteNumber("tsn"u8, data.Tsn);
                row.WriteNumber("streamId"u8, data.StreamId);
                row.WriteNumber("sequenceNumber"u8, data.SequenceNumber);
                row.WriteNumber("payloadProtocol"u8, data.PayloadProtocol);
                row.WriteString("payloadProtocolName"u8, ((DataChannelPayload)data.PayloadProtocol).ToString());
                break;
            case SctpChunkType.Init or SctpChunkType.InitAck:
                SctpInit init = chunk.AsInit();
                row.WriteNumber("initiateTag"u8, init.InitiateTag);
                row.WriteNumber("window"u8, init.Window);
                row.WriteNumber("outboundStreams"u8, init.OutboundStreams);
                row.WriteNumber("inboundStreams"u8, init.InboundStreams);
                row.WriteNumber("initialTsn"u8, init.InitialTsn);
                break;
            case SctpChunkType.Sack:
                SctpSack sack = chunk.AsSack();
                row.WriteNumber("cumulativeTsn"u8, sack.CumulativeTsn);
                row.WriteNumber("window"u8, sack.Window);
                row.WriteNumber("gaps"u8, sack.GapCount);
                row.WriteNumber("duplicates"u8, sack.DuplicateCount);
                break;
            case SctpChunkType.ForwardTsn:
                row.WriteNumber("newCumulativeTsn"u8, chunk.AsForwardTsn().NewCumulativeTsn);
                break;
            case SctpChunkType.Shutdown:
                row.WriteNumber("cumulativeTsn"u8, chunk.AsShutdown());
                break;
            default:
                break;
        }
    }

    private void PrintRow(in SctpPacket packet)
    {
        Utf8JsonWriter row = Run.Rows.Begin("packet"u8);
        row.WriteNumber("sourcePort"u8, packet.SourcePort);
        row.WriteNumber("destinationPort"u8, packet.DestinationPort);
        row.WriteNumber("verificationTag"u8, packet.VerificationTag);
        row.WriteStartArray("chunks"u8);
        foreach (SctpChunk chunk in packet)
        {
            row.WriteStartObject();
            Run.Rows.WriteOffset(chunk.Offset);
            row.WriteNumber("type"u8, (int)chunk.Type);
            row.WriteString("name"u8, chunk.Type.GetName());
            row.WriteNumber("flags"u8, chunk.Flags);
            row.WriteBase64String("value"u8, chunk.Value);
            row.WriteStartObject("fields"u8);
            WriteFields(row, chunk);
            row.WriteEndObject();
            row.WriteStartArray("parameters"u8);
            foreach (SctpParameter parameter in chunk.Parameters)
            {
                row.WriteStartObject();
                row.WriteNumber("type"u8, parameter.Number);
                row.WriteString("name"u8, NameOf(chunk, parameter));
                row.WriteBase64String("value"u8, parameter.Value);
                row.WriteEndObject();
            }

            row.WriteEndArray();
            row.WriteEndObject();
        }

        row.WriteEndArray();
        Run.Rows.End();
    }

    private void PrintView(in SctpPacket packet)
    {
        HumanView view = Run.View;
        view.Element(0, string.Create(
            CultureInfo.InvariantCulture,
            $"packet from port {packet.SourcePort} to port {packet.DestinationPort}, {HumanView.Count(packet.Bytes.Length)}"));
        view.Field("verification tag", "0x" + packet.VerificationTag.ToString("x8", CultureInfo.InvariantCulture));
        foreach (SctpChunk chunk in packet)
        {
            view.Element(chunk.Offset, $"{chunk.Type.GetName()}, {HumanView.Count(chunk.Bytes.Length)}");
            PrintFields(view, chunk);
            foreach (SctpParameter parameter in chunk.Parameters)
            {
                view.Payload(parameter.Value, parameter.Value.Length, NameOf(chunk, parameter));
            }
        }
    }

    private static void PrintFields(HumanView view, in SctpChunk chunk)
    {
        switch (chunk.Type)
        {
            case SctpChunkType.Data:
                SctpData data = chunk.AsData();
                view.Field("fragment", data.Bits.ToString());
                view.Field("TSN", data.Tsn.ToString(CultureInfo.InvariantCulture));
                view.Field("stream", string.Create(CultureInfo.InvariantCulture, $"{data.StreamId}, message {data.SequenceNumber}"));
                view.Field("payload protocol", $"{data.PayloadProtocol} ({(DataChannelPayload)data.PayloadProtocol})");
                view.Payload(data.Payload, data.Payload.Length);
                break;
            case SctpChunkType.Init or SctpChunkType.InitAck:
                SctpInit init = chunk.AsInit();
                view.Field("initiate tag", "0x" + init.InitiateTag.ToString("x8", CultureInfo.InvariantCulture));
                view.Field("window", HumanView.Count(init.Window));
                view.Field("streams", string.Create(CultureInfo.InvariantCulture, $"{init.OutboundStreams} out, {init.InboundStreams} in"));
                view.Field("first TSN", init.InitialTsn.ToString(CultureInfo.InvariantCulture));
                break;
            case SctpChunkType.Sack:
                SctpSack sack = chunk.AsSack();
                view.Field("cumulative TSN", sack.CumulativeTsn.ToString(CultureInfo.InvariantCulture));
                view.Field("window", HumanView.Count(sack.Window));
                for (int i = 0; i < sack.GapCount; i++)
                {
                    view.Field("arrived", string.Create(CultureInfo.InvariantCulture, $"+{sack.GetGap(i).Start} to +{sack.GetGap(i).End}"));
                }

                break;
            case SctpChunkType.ForwardTsn:
                view.Field("new cumulative TSN", chunk.AsForwardTsn().NewCumulativeTsn.ToString(CultureInfo.InvariantCulture));
                break;
            case SctpChunkType.Shutdown:
                view.Field("cumulative TSN", chunk.AsShutdown().ToString(CultureInfo.InvariantCulture));
                break;
            case SctpChunkType.CookieEcho:
                view.Payload(chunk.Value, chunk.Value.Length, "cookie");
                break;
            default:
                break;
        }
    }
}
