namespace WireProtocols.Testing;

/// <summary>Pieces of base64, each with its padding.</summary>
public sealed class Base64Format(int setupLength) : FuzzFormat
{
    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "="u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        byte[] bytes = new byte[dice.Length()];
        dice.NextBytes(bytes);
        string text = Convert.ToBase64String(bytes);
        return FormatText.Ascii(dice.Next(16) switch
        {
            0 => text.TrimEnd('='),
            1 => text + "=",
            2 => text + dice.Pick("\r\n", " ", "-", "_", "QR==", "QUF="),
            _ => text,
        });
    }
}
