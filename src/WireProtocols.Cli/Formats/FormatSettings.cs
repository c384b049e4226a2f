using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Formats;

/// <summary>How what is decoded is printed.</summary>
/// <param name="Json">Rows of JSON, not the view for a person.</param>
/// <param name="Colour">Whether the view has colours.</param>
/// <param name="MaxPayload">How many bytes of a payload the view previews.</param>
/// <param name="MaxElement">The most bytes of one element that may be held.</param>
internal sealed record FormatSettings(bool Json, bool Colour, int MaxPayload, int MaxElement)
{
    /// <summary>What every row and heading says besides: the connection, who sent it, when.</summary>
    public RowLabel Label { get; init; } = RowLabel.None;
}
