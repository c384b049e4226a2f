using WireProtocols.Buffers;

namespace WireProtocols.Cli.Encode;

/// <summary>Variable-length integers of QUIC; a row's <c>length</c>, where it has one, makes forms that are not minimal.</summary>
internal sealed class VarIntEncodeFormat : EncodeFormat
{
    public override string Name => "varint";

    public override string Description => "Variable-length integers of QUIC (RFC 9000 §16)";

    public override EncodeSession Start(EncodeRun run) => new Session(run);

    private sealed class Session(EncodeRun run) : EncodeSession(run)
    {
        public override void Encode(EncodeRow row)
        {
            row.Expect("varint");
            long value = row.GetInt64("value");
            int length = row.Has("length") ? row.GetInt32("length") : QuicVarInt.GetLength(value);
            QuicVarInt.Encode(value, length, Run.Output.GetSpan(QuicVarInt.MaxLength), out int written);
            Run.Output.Advance(written);
        }
    }
}
