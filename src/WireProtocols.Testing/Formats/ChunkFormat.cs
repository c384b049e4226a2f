using System.Globalization;

namespace WireProtocols.Testing;

/// <summary>A chunked body (RFC 9112 §7.1): sizes that count their data, extensions, the last chunk with trailers.</summary>
public sealed class ChunkFormat(int setupLength) : FuzzFormat
{
    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "\r\n"u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice) => dice.Next(10) switch
    {
        0 => [.. Line("0", dice), .. "\r\n"u8],
        1 => [.. Line("000", dice), .. HeadFormat.CreateField(dice), .. HeadFormat.CreateField(dice), .. "\r\n"u8],
        2 => HeadFormat.CreateField(dice),
        _ => CreateChunk(dice),
    };

    private static byte[] CreateChunk(Random dice)
    {
        byte[] data = FormatText.Text(dice, dice.Length());
        string digits = data.Length.ToString(dice.Pick("x", "X", "x8", "X3"), CultureInfo.InvariantCulture);
        return [.. Line(digits, dice), .. data, .. "\r\n"u8];
    }

    private static byte[] Line(string digits, Random dice)
    {
        string extension = dice.Next(4) > 0 ? "" : dice.Pick(";a", ";a=b", ";a=\"b\"", "; a = \"\\\"\\\\\" ;c", ";;", ";\"", ";a=\"\x80\"", " ;x=1");
        return FormatText.Ascii($"{digits}{extension}{dice.Pick("\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", " \r\n")}");
    }
}
