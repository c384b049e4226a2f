namespace WireProtocols.Testing;

/// <summary>How a call ended: lines of trailers of gRPC-Web, or the JSON of Connect, in pieces that can be put together.</summary>
public sealed class RpcEndFormat : FuzzFormat
{
    private static readonly string[] Lines =
    [
        "grpc-status: 0\r\n", "grpc-status:13\r\n", "Grpc-Status: 5\r\n", "grpc-message: %E2%82%AC %\r\n", "a: b\r\n", "a-bin: AAE\r\n",
        "a-bin: AAE=,AA\r\n", "content-type: x\r\n", "b:\r\n", "c: d", "c: d\n", "\r\n", ": e\r\n", "f g: h\r\n", "i: \x01\r\n", "j: é\r\n",
    ];

    private static readonly string[] Objects =
    [
        "{}", "{\"error\":null}", "{\"error\":{}}", "{\"error\":{\"code\":null}}", "{\"error\":{\"code\":\"internal\"}}", "{\"metadata\":{}}",
        "{\"metadata\":{\"a\":[\"b\",\"c\"],\"d-bin\":[\"AAE\"]}}", "{\"metadata\":{\"a\":\"b\"}}", "{\"x\":[1,{\"y\":null}]}",
        "{\"error\":{\"code\":\"aborted\",\"message\":\"m\",\"details\":[{\"type\":\"t\",\"value\":\"AAE\",\"debug\":{}}]},\"metadata\":{}}",
        "{\"error\":{\"code\":\"no\"}}", "{\"error\":{\"code\":\"internal\"},\"error\":{\"code\":\"internal\"}}", "{\"code\":\"internal\"}",
    ];

    /// <inheritdoc/>
    public override int SetupLength => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "\n"u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
        => System.Text.Encoding.UTF8.GetBytes(dice.Next(3) == 0 ? dice.Pick<string>(Objects) : dice.Pick<string>(Lines));
}
