namespace WireProtocols.Testing;

/// <summary>
/// Dice whose throws stand on a tape, so that a fuzzer chooses them: a byte each, two where a byte is not enough. Behind the end of the tape they are
/// those of a generator that begins with the tape, so a short tape is a whole schedule too.
/// </summary>
/// <param name="tape">The tape.</param>
public sealed class TapeRandom(byte[] tape) : Random
{
    private readonly byte[] _tape = tape ?? throw new ArgumentNullException(nameof(tape));
    private readonly Random _rest = new(tape.Aggregate(17, (hash, b) => unchecked((hash * 31) + b)));
    private int _at;

    /// <inheritdoc/>
    public override int Next() => Next(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => Next(0, maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue)
    {
        long range = (long)maxValue - minValue;
        if (_at >= _tape.Length || range <= 1)
        {
            return _rest.Next(minValue, maxValue);
        }

        long value = _tape[_at++];
        if (range > 256 && _at < _tape.Length)
        {
            value = (value << 8) | _tape[_at++];
        }

        return (int)(minValue + (value % range));
    }

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        for (int i = 0; i < buffer.Length; i++)
        {
            buffer[i] = (byte)Next(256);
        }
    }

    /// <inheritdoc/>
    protected override double Sample() => Next(1 << 16) / (double)(1 << 16);
}
