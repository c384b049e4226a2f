using System.Buffers;
using System.CommandLine;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Encode;

/// <summary>Envelopes: the flags as they are, since the tool also makes bad input.</summary>
internal abstract class RpcEncodeFormat : EncodeFormat
{
    public override EncodeSession Start(EncodeRun run) => new Session(run, run.Output);

    /// <summary>Writes the rows of envelopes.</summary>
    protected sealed class Session(EncodeRun run, IBufferWriter<byte> output) : EncodeSession(run)
    {
        public override void Encode(EncodeRow row)
        {
            row.Expect("envelope");
            byte[] payload = row.GetBytes("payload", []);
            byte flags = row.GetByte("flags", 0);
            new RpcEnvelopeHeader((RpcEnvelopeBits)flags, (uint)payload.Length).Encode(output.GetSpan(RpcEnvelopeHeader.Size), out int written);
            output.Advance(written);
            output.Write(payload);
        }
    }
}

/// <summary>gRPC.</summary>
internal sealed class GrpcEncodeFormat : RpcEncodeFormat
{
    public override string Name => "grpc";

    public override string Description => "Messages of gRPC (PROTOCOL-HTTP2); rows of the kind envelope";
}

/// <summary>gRPC-Web, binary or text.</summary>
internal sealed class GrpcWebEncodeFormat : RpcEncodeFormat
{
    private readonly Option<bool> _text = new("--text") { Description = "The text form, each row a padded piece of base64." };

    public override string Name => "grpc-web";

    public override string Description => "Messages of gRPC-Web (PROTOCOL-WEB); rows of the kind envelope";

    public override IEnumerable<Option> Options => [_text];

    public override EncodeSession Start(EncodeRun run) => run.Get(_text) ? new TextSession(run) : base.Start(run);

    private sealed class TextSession(EncodeRun run) : EncodeSession(run)
    {
        private readonly ArrayBufferWriter<byte> _piece = new();

        public override void Encode(EncodeRow row)
        {
            _piece.ResetWrittenCount();
            new Session(Run, _piece).Encode(row);
            GrpcWebTextEncoder.Encode(_piece.WrittenSpan, Run.Output);
        }
    }
}

/// <summary>The streams of Connect.</summary>
internal sealed class ConnectEncodeFormat : RpcEncodeFormat
{
    public override string Name => "connect";

    public override string Description => "Messages of a stream of Connect (connect-protocol); rows of the kind envelope";
}
