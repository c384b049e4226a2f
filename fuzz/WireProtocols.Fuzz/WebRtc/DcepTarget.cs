using System.Buffers;
using System.Text;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>A message of DCEP to the decoder and to its oracle; what is decoded is written again.</summary>
public sealed class DcepTarget : FuzzTarget
{
    public override string Name => "dcep";

    public override string CodeNamespace => "WireProtocols.WebRtc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        string row = Decode(input);
        Require(row == NaiveDcep.Decode(input.ToArray()), row);
        if (DcepMessage.Decode(input, out DcepMessage message, out _, out _) != OperationStatus.Done || !message.IsOpen)
        {
            return;
        }

        byte[] written = new byte[input.Length];
        OperationStatus status = DcepMessage.EncodeOpen(
            message.ChannelType, message.Priority, message.ReliabilityParameter, message.Label, message.Protocol, written, out int length);
        Require(status == OperationStatus.Done && length == input.Length && Decode(written) == row, "what is written reads back");
        status = DcepMessage.EncodeOpen(
            message.ChannelType, message.Priority, message.ReliabilityParameter, message.Label, message.Protocol, written.AsSpan(1), out length);
        Require(status == OperationStatus.DestinationTooSmall && length == 0);
    }

    /// <summary>The message in a row.</summary>
    public static string Decode(ReadOnlySpan<byte> input)
    {
        if (DcepMessage.Decode(input, out DcepMessage message, out DcepProtocolError error, out int errorOffset) != OperationStatus.Done)
        {
            return $"error {error} {errorOffset}";
        }

        return !message.IsOpen
            ? "ack"
            : $"open 0x{(int)message.ChannelType:x2} {message.Priority} {message.ReliabilityParameter} "
                + $"{Encoding.UTF8.GetString(message.Label)}/{Encoding.UTF8.GetString(message.Protocol)}";
    }
}
