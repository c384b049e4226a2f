using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>The small texts of the protocols: timeouts, messages of a status, binary values, metadata. What is read is written again alike.</summary>
public sealed class RpcTextTarget : FuzzTarget
{
    public override string Name => "rpc-text";

    public override string CodeNamespace => "WireProtocols.Rpc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input);
        if (GrpcTimeout.TryParse(text, out TimeSpan timeout))
        {
            Require(timeout > TimeSpan.Zero);
            Require(GrpcTimeout.TryParse(GrpcTimeout.Format(timeout), out TimeSpan again) && again >= timeout, "a timeout never becomes shorter");
        }

        if (ConnectTimeout.TryParse(text, out timeout))
        {
            Require(ConnectTimeout.TryParse(ConnectTimeout.Format(timeout), out TimeSpan again) && again == timeout);
        }

        string message = GrpcStatusMessage.Decode(text);
        string encoded = GrpcStatusMessage.Encode(message);
        Require(!encoded.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a message is printable ASCII");
        Require(GrpcStatusMessage.Decode(encoded) == message, "a message decodes to itself");

        if (RpcBinaryValue.TryDecode(text, out byte[]? bytes))
        {
            Require(RpcBinaryValue.TryDecode(RpcBinaryValue.Encode(bytes), out byte[]? again) && bytes.AsSpan().SequenceEqual(again));
        }

        Require(RpcBinaryValue.TryDecode(RpcBinaryValue.Encode(input), out bytes) && input.SequenceEqual(bytes), "bytes decode to themselves");
    }
}
