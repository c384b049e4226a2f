namespace WireProtocols.Testing;

/// <summary>Requests one behind the other on a connection, each with a body of the length that it says.</summary>
/// <param name="target">What half of them ask for; null where that does not matter.</param>
public sealed class RequestFormat(string? target = null) : FuzzFormat
{
    private static readonly ChunkFormat Chunks = new(0);

    // The plan of the pieces.
    /// <inheritdoc/>
    public override int SetupLength => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "\r\n"u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        string method = dice.Pick("GET", "POST", "HEAD", "OPTIONS", "PUT");
        string asked = target is not null && dice.Next(2) == 0 ? target : $"/{dice.Next(10)}";
        byte[] start = FormatText.Ascii($"{method} {asked} HTTP/1.{dice.Pick(1, 1, 1, 0)}\r\nHost: a\r\n");
        byte[] field = dice.Next(3) == 0 ? HeadFormat.CreateField(dice) : [];
        switch (dice.Next(3))
        {
            case 0:
                return [.. start, .. field, .. "\r\n"u8];
            case 1:
                byte[] body = FormatText.Text(dice, dice.Length());
                return [.. start, .. field, .. FormatText.Ascii($"Content-Length: {body.Length}\r\n\r\n"), .. body];
            default:
                byte[] chunks = [.. Enumerable.Range(0, dice.Next(4)).SelectMany(_ => Chunks.Create(dice))];
                return [.. start, .. field, .. "Transfer-Encoding: chunked\r\n\r\n"u8, .. chunks, .. "0\r\n\r\n"u8];
        }
    }
}
