using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace WireProtocols.Testing;

/// <summary>The message of an invariant that does not hold: an interpolated string that is put together only then.</summary>
[InterpolatedStringHandler]
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct FuzzMessage
{
    private DefaultInterpolatedStringHandler _text;

    /// <param name="literalLength">The number of characters that stand there as they are.</param>
    /// <param name="formattedCount">The number of values.</param>
    /// <param name="holds">Whether the invariant holds.</param>
    /// <param name="isWanted">Whether there is anything to put together.</param>
    public FuzzMessage(int literalLength, int formattedCount, bool holds, out bool isWanted)
    {
        isWanted = !holds;
        _text = isWanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    /// <summary>Adds what stands there as it is.</summary>
    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>Adds a value in a format of its own.</summary>
    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    /// <summary>The message.</summary>
    public string ToStringAndClear() => _text.ToStringAndClear();
}
