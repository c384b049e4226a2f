namespace WireProtocols.Testing;

/// <summary>Lines of multipart bodies whose boundary is <c>b</c>: boundaries, fields, data with beginnings of boundaries in it.</summary>
public sealed class MultipartFormat(int setupLength) : FuzzFormat
{
    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "\r\n"u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice) => dice.Next(12) switch
    {
        0 => FormatText.Ascii(dice.Pick("--b--", "\r\n--b--\r\n", "\r\n--b-- \r\nepilogue", "\r\n--b-")),
        1 => FormatText.Ascii(dice.Pick("\r\n--bb", "\r\n--", "\r\n-", "\r", "\r\r\n--b", "--b", "\r\n\r\n--b\r\n", "\n--b\n")),
        2 or 3 => [.. CreateField(dice), .. "\r\n"u8],
        4 => [.. "\r\n"u8, .. FormatText.Text(dice, dice.Length())],
        _ => [.. CreateBoundary(dice), .. CreateFields(dice), .. "\r\n"u8, .. FormatText.Text(dice, dice.Length())],
    };

    private static byte[] CreateBoundary(Random dice)
        => FormatText.Ascii(dice.Pick("\r\n--b\r\n", "\r\n--b\r\n", "\r\n--b\r\n", "--b\r\n", "\r\n--b \t\r\n", "\r\n--bx\r\n", "\r\n--b\n"));

    private static byte[] CreateFields(Random dice) => [.. Enumerable.Range(0, dice.Next(4)).SelectMany(_ => CreateField(dice))];

    private static byte[] CreateField(Random dice) => FormatText.Ascii(dice.Pick(
        "a: b\r\n", "A:\r\n", "Content-Disposition: form-data; name=\"a\"\r\n", "content-type: text/plain\r\n", "c: d e\t \r\n", ": f\r\n",
        "g h: i\r\n", " j\r\n", "k\r\n", "l: m\n", "n: \x01\r\n", "o: p\rq\r\n"));
}
