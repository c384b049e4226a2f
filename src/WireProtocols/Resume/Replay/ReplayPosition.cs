using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WireProtocols.Resume;

/// <summary>
/// Where a client is in a stream: the number of the last message it has, and which stream that is a number of. Its text, <c>epoch-number</c>, can be
/// an ID of an event stream, a query parameter or an entity tag.
/// </summary>
/// <param name="Epoch">The stream's identity: a server that starts anew, and another server that shares nothing with it, have another.</param>
/// <param name="Sequence">The message's number, from 1 on; 0 for none yet.</param>
public readonly record struct ReplayPosition(string Epoch, long Sequence)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text; it may come from anybody.</param>
    /// <param name="position">The position.</param>
    /// <returns>False where it is none.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReplayPosition position)
    {
        position = default;
        int dash = text?.LastIndexOf('-') ?? -1;
        if (dash < 1 || !long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence))
        {
            return false;
        }

        position = new ReplayPosition(text![..dash], sequence);
        return true;
    }

    /// <summary><c>epoch-number</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Sequence}");
}
