namespace WireProtocols.Cli.Decode;

/// <summary>The formats of `wire decode`, one a line.</summary>
internal static class DecodeFormats
{
    public static IReadOnlyList<DecodeFormat> All =>
    [
        new WebSocketFormat(),
        new Http1Format(),
        new ChunkedFormat(),
        new NdjsonLinesFormat(),
        new JsonSeqFormat(),
        new SseFormat(),
        new VarIntFormat(),
        new CapsuleFormat(),
        new DatagramFormat(),
        new WtStreamFormat(),
        new GrpcDecodeFormat(),
        new GrpcWebDecodeFormat(),
        new ConnectDecodeFormat(),
        new AwsEventStreamFormat(),
        new ProxyProtocolFormat(),
        new StunFormat(),
        new SctpFormat(),
        new DcepFormat(),
        new MultipartDecodeFormat(),
        new JsonRpcDecodeFormat(),
        new PcapFormat(),
    ];
}
