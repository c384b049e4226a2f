using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WireProtocols.Backplane;

/// <summary>
/// Where a message stands in the log of a topic. Positions of one epoch are in order. A log that begins anew, because the backplane has lost it,
/// has another epoch, so that a position of the old one is recognised.
/// </summary>
/// <param name="Epoch">Which log; 0 for none.</param>
/// <param name="Sequence">Which message of it, from 1; 0 stands before the first one.</param>
public readonly record struct BackplanePosition(ulong Epoch, long Sequence)
{
    /// <summary>The longest text of a position.</summary>
    private const int MaxTextLength = 16 + 1 + 19;

    /// <summary>Before everything: nothing is known of a log.</summary>
    public static BackplanePosition None => default;

    /// <summary>Whether it names no log.</summary>
    public bool IsNone => Epoch == 0;

    /// <summary>Reads what <see cref="ToString"/> wrote, and nothing else.</summary>
    /// <returns>False where it is no position.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out BackplanePosition position)
    {
        position = default;
        int dash = text is { Length: <= MaxTextLength } ? text.IndexOf('-', StringComparison.Ordinal) : -1;
        if (dash <= 0
            || !ulong.TryParse(text.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong epoch)
            || !long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence))
        {
            return false;
        }

        position = new BackplanePosition(epoch, sequence);
        return !position.IsNone && position.ToString() == text;
    }

    /// <summary>The epoch in hexadecimal digits, a hyphen, and the sequence number: an ID for clients that come back.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x}-{Sequence}");
}
