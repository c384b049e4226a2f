using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.View;
using WireProtocols.WebRtc;

namespace WireProtocols.Cli.Decode;

/// <summary>A message of the Data Channel Establishment Protocol, which is the whole input.</summary>
internal sealed class DcepFormat : DecodeFormat
{
    public override string Name => "dcep";

    public override string Description => "One message that opens a data channel of WebRTC (RFC 8832)";

    public override FormatSession Start(DecodeRun run) => new Session(run);

    private sealed class Session(DecodeRun run) : WholeInputSession(run)
    {
        protected override ProtocolRule TooLarge => new("A message is within the limit", "RFC 8832 §7");

        protected override void Show(ReadOnlySpan<byte> input)
        {
            if (DcepMessage.Decode(input, out DcepMessage message, out DcepProtocolError error, out int errorOffset) != OperationStatus.Done)
            {
                Run.Fail(error, error.GetRule(), errorOffset);
            }
            else if (Run.Json)
            {
                PrintRow(message);
            }
            else
            {
                PrintView(message, input.Length);
            }
        }

        private void PrintRow(in DcepMessage message)
        {
            Utf8JsonWriter row = Run.Rows.Begin(message.IsOpen ? "open"u8 : "ack"u8);
            if (message.IsOpen)
            {
                row.WriteNumber("channelType"u8, (int)message.ChannelType);
                row.WriteString("channelTypeName"u8, message.ChannelType.GetName());
                row.WriteNumber("priority"u8, message.Priority);
                row.WriteNumber("reliabilityParameter"u8, message.ReliabilityParameter);
                row.WriteString("label"u8, message.Label);
                row.WriteString("protocol"u8, message.Protocol);
            }

            Run.Rows.End();
        }

        private void PrintView(in DcepMessage message, int length)
        {
            Run.View.Element(0, $"{(message.IsOpen ? "DATA_CHANNEL_OPEN" : "DATA_CHANNEL_ACK")}, {HumanView.Count(length)}");
            if (message.IsOpen)
            {
                Run.View.Field("channel type", $"{message.ChannelType.GetName()} (0x{(int)message.ChannelType:x2})");
                Run.View.Field("priority", message.Priority.ToString(CultureInfo.InvariantCulture));
                Run.View.Field("reliability parameter", message.ReliabilityParameter.ToString(CultureInfo.InvariantCulture));
                Run.View.Field("label", SafeText.Quote(message.Label));
                Run.View.Field("protocol", SafeText.Quote(message.Protocol));
            }
        }
    }
}
