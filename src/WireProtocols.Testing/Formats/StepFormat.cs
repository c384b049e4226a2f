namespace WireProtocols.Testing;

/// <summary>The steps of a program: a byte that says what to do, a length, and so many bytes.</summary>
public sealed class StepFormat(FuzzFormat payloads) : FuzzFormat
{
    private const int Longest = 255;

    /// <inheritdoc/>
    public override int SetupLength => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body)
    {
        List<byte[]> steps = [];
        while (!body.IsEmpty)
        {
            int length = body.Length < 2 ? body.Length : Math.Min(body.Length, 2 + body[1]);
            steps.Add(body[..length].ToArray());
            body = body[length..];
        }

        return steps;
    }

    /// <inheritdoc/>
    public override byte[] Create(Random dice)
    {
        byte[] payload = payloads.Create(dice);
        payload = payload.Length > Longest ? payload[..Longest] : payload;
        return [(byte)dice.Next(256), (byte)payload.Length, .. payload];
    }

    /// <inheritdoc/>
    public override byte[] Change(byte[] element, Random dice)
        => element.Length == 0 || dice.Next(2) == 0 ? Create(dice) : [(byte)dice.Next(256), .. element[1..]];
}
