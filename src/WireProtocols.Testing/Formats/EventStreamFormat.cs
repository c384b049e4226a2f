using System.Text;

namespace WireProtocols.Testing;

/// <summary>An event stream by lines (HTML §9.2.5): fields, comments, the empty line that dispatches, and all three line ends.</summary>
public sealed class EventStreamFormat(int setupLength = 1) : FuzzFormat
{
    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "\n"u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        byte[] end = FormatText.Ascii(dice.Pick("\n", "\n", "\n", "\r\n", "\r"));
        byte[] value = FormatText.Text(dice, dice.Length());
        return dice.Next(12) switch
        {
            0 or 1 => end,
            2 => [.. ":"u8, .. value, .. end],
            3 => [.. "event: "u8, .. value, .. end],
            4 => [.. "id: "u8, .. value, .. end],
            5 => [.. FormatText.Ascii($"retry: {dice.Pick("0", "10", "99999999999999999999", "1a", "-1", "")}"), .. end],
            6 => [.. Encoding.UTF8.GetBytes(dice.Pick("data", "id", "event", "retry", "\uFEFFdata:", "Data: x", "foo: bar")), .. end],
            7 => [.. "data:"u8, .. value, .. end],
            _ => [.. "data: "u8, .. value, .. end, .. dice.Next(3) == 0 ? [] : end],
        };
    }
}
