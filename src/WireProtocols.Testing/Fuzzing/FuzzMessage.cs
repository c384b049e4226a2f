using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace WireProtocols.Testing;

/// <summary>The message of an invariant that does not hold: an interpolated string that is put together only then.</summary>
[InterpolatedStringHandler]
[EditorBrowsable(EditorBrowsableState.Never)]
#pragma warning disable CA1815 // The compiler makes one and takes its text; nobody compares two.
public struct FuzzMessage
#pragma warning restore CA1815
{
    private StringBuilder? _text;

    /// <param name="literalLength">The number of characters that stand there as they are.</param>
    /// <param name="formattedCount">The number of values.</param>
    /// <param name="holds">Whether the invariant holds.</param>
    /// <param name="isWanted">Whether there is anything to put together.</param>
    public FuzzMessage(int literalLength, int formattedCount, bool holds, out bool isWanted)
    {
        isWanted = !holds;
        _text = isWanted ? new StringBuilder(literalLength + (8 * formattedCount)) : null;
    }

    /// <summary>Adds what stands there as it is.</summary>
    public void AppendLiteral(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        (_text ??= new StringBuilder()).Append(value);
    }

    /// <summary>Adds a value, in a format of its own where there is one.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
        => (_text ??= new StringBuilder()).Append(
            value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());

    /// <summary>The message.</summary>
    public string ToStringAndClear()
    {
        string text = _text?.ToString() ?? "";
        _text = null;
        return text;
    }
}
