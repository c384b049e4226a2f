namespace WireProtocols.Testing;

/// <summary>JSON texts: a line each, or each behind a record separator (RFC 7464 §2).</summary>
public sealed class RecordFormat(int setupLength, bool isSequence) : FuzzFormat
{
    private const int Deepest = 4;

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "\n"u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        byte[] front = isSequence ? dice.Next(12) == 0 ? [0x1E, 0x1E] : [0x1E] : [];
        byte[] end = FormatText.Ascii(dice.Pick("\n", "\n", "\n", "\n", "\r\n", " \n", "", "\n\n"));
        return [.. front, .. Value(dice, 0), .. end];
    }

    private static byte[] Value(Random dice, int depth) => dice.Next(depth < Deepest ? 8 : 5) switch
    {
        0 => FormatText.Ascii(dice.Pick("0", "-1", "1.5e10", "01", "-", "1e", "12345678901234567890", "2E+3")),
        1 => FormatText.Ascii(dice.Pick("true", "false", "null", "tru", "nul", "NaN")),
        2 => [.. "\""u8, .. FormatText.Text(dice, dice.Length()), .. "\""u8],
        3 => FormatText.Ascii(dice.Pick("\"\\u00e9\"", "\"\\ud800\"", "\"\\n\\t\\\\\"", "\"\\x\"", "\"\\u12\"", "\"")),
        4 => FormatText.Ascii(dice.Pick("{}", "[]", "[", "{", "]", "[1,]", "{\"a\"}", " {} ")),
        5 => [.. "["u8, .. Joined(dice, depth), .. "]"u8],
        _ => [.. "{\"k\":"u8, .. Value(dice, depth + 1), .. ",\"l\": "u8, .. Value(dice, depth + 1), .. "}"u8],
    };

    private static IEnumerable<byte> Joined(Random dice, int depth)
        => Enumerable.Range(0, dice.Next(1, 5)).SelectMany(i => (byte[])[.. i == 0 ? ""u8 : ","u8, .. Value(dice, depth + 1)]);
}
