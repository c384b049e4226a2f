namespace WireProtocols.Testing;

/// <summary>Messages of JSON-RPC in pieces that can be put together: members between braces.</summary>
public sealed class JsonRpcOutlineFormat : FuzzFormat
{
    private static readonly string[] Members =
    [
        "\"jsonrpc\":\"2.0\"", "\"jsonrpc\":\"2.0\"", "\"jsonrpc\":\"1.0\"", "\"jsonrpc\":2.0", "\"json\\u0072pc\":\"2\\u002e0\"", "\"id\":1",
        "\"id\":null", "\"id\":\"a\\\"b\"", "\"id\":1.5", "\"id\":{}", "\"method\":\"m\"", "\"method\":\"\\ud800\"", "\"method\":1",
        "\"params\":[1,{\"id\":2}]", "\"params\":{}", "\"params\":1", "\"result\":null", "\"result\":{\"method\":\"x\"}",
        "\"x\\ud800\":1", "\"\\ud800\":2",
        "\"error\":{\"code\":-1,\"message\":\"m\"}", "\"error\":{\"code\":1.0,\"message\":\"m\"}", "\"error\":null", "\"error\":{\"message\":\"\"}",
        "\"error\":{\"code\":1,\"message\":\"m\",\"data\":[{}],\"code\":2}", "\"seq\":1", "\"type\":\"event\"",
    ];

    /// <inheritdoc/>
    public override int SetupLength => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, ","u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        string text = string.Join(',', Enumerable.Range(0, dice.Next(1, 6)).Select(_ => dice.Pick<string>(Members)));
        return FormatText.Ascii(dice.Next(6) switch
        {
            0 => text + ",",
            1 => "[{" + text + "}]",
            2 => "[],",
            _ => "{\"jsonrpc\":\"2.0\"," + text + "}",
        });
    }
}
