using System.Buffers;
using System.Text;
using WireProtocols.WebRtc;

namespace WireProtocols.Cli.Encode;

/// <summary>Messages of the Data Channel Establishment Protocol.</summary>
internal sealed class DcepEncodeFormat : EncodeFormat
{
    public override string Name => "dcep";

    public override string Description => "One message that opens a data channel of WebRTC (RFC 8832); a row of the kind open or ack";

    public override EncodeSession Start(EncodeRun run) => new Session(run);

    private sealed class Session(EncodeRun run) : EncodeSession(run)
    {
        public override void Encode(EncodeRow row)
        {
            row.Expect("open", "ack");
            if (row.Kind == "ack")
            {
                Run.Output.Write(DcepMessage.Ack);
                return;
            }

            byte[] label = Encoding.UTF8.GetBytes(row.GetString("label", ""));
            byte[] protocol = Encoding.UTF8.GetBytes(row.GetString("protocol", ""));
            DcepMessage.EncodeOpen(
                (DataChannelType)row.GetByte("channelType", 0),
                row.GetInt32("priority", 0),
                row.GetUInt32("reliabilityParameter", 0),
                label,
                protocol,
                Run.Output.GetSpan(DcepMessage.GetOpenSize(label, protocol)),
                out int written);
            Run.Output.Advance(written);
        }
    }
}
