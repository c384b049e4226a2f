namespace WireProtocols.Cli.Encode;

/// <summary>The formats of `wire encode`, one a line.</summary>
internal static class EncodeFormats
{
    public static IReadOnlyList<EncodeFormat> All =>
    [
        new WebSocketEncodeFormat(),
        new ChunkedEncodeFormat(),
        new NdjsonLinesEncodeFormat(),
        new JsonSeqEncodeFormat(),
        new SseEncodeFormat(),
        new VarIntEncodeFormat(),
        new CapsuleEncodeFormat(),
        new GrpcEncodeFormat(),
        new GrpcWebEncodeFormat(),
        new ConnectEncodeFormat(),
        new AwsEventStreamEncodeFormat(),
        new ProxyProtocolEncodeFormat(),
        new StunEncodeFormat(),
        new SctpEncodeFormat(),
        new DcepEncodeFormat(),
        new MultipartEncodeFormat(),
        new JsonRpcEncodeFormat(),
    ];
}
