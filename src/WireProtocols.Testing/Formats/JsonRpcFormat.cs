using System.Globalization;

namespace WireProtocols.Testing;

/// <summary>Messages of JSON-RPC behind header fields whose lengths fit, mostly, and on lines.</summary>
public sealed class JsonRpcFormat(int setupLength) : FuzzFormat
{
    private static readonly string[] Contents =
    [
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"é\"}", "[1]", "[]", "{}", "", "nil", "{\n}",
        "{\"seq\":1,\"type\":\"request\",\"command\":\"next\"}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"Content-Length: 5\"}",
    ];

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> elements = [];
        while (!body.IsEmpty)
        {
            int next = body[1..].IndexOf("Content-Length"u8) + 1;
            int length = next > 0 ? next : body.Length;
            elements.Add(body[..length].ToArray());
            body = body[length..];
        }

        return elements;
    }

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        byte[] content = System.Text.Encoding.UTF8.GetBytes(dice.Pick<string>(Contents));
        if (dice.Next(5) == 0)
        {
            return [.. content, (byte)'\n'];
        }

        int length = dice.Next(15) == 0 ? dice.Next(200) : content.Length;
        string header = dice.Pick("Content-Length: ", "Content-Length: ", "content-length:", "CONTENT-LENGTH:\t", "Content-Length : ")
            + length.ToString(CultureInfo.InvariantCulture) + dice.Pick("\r\n", "\r\n", "\r\n", "\n", "\r\r\n")
            + dice.Pick("", "", "", "Content-Type: a/b; charset=utf-8\r\n", "Content-Type: a;charset=latin1\r\n", "X: y\r\n", "bad\r\n")
            + dice.Pick("\r\n", "\r\n", "\r\n", "\n", "");
        byte[] noise = dice.Next(8) == 0 ? FormatText.Text(dice, 30) : [];
        return [.. noise, .. FormatText.Ascii(header), .. content];
    }
}
