namespace WireProtocols.WebRtc;

/// <summary>A parameter of a chunk, or a cause of an ABORT or ERROR, a slice of the bytes that the packet was decoded from.</summary>
public readonly ref struct SctpParameter
{
    internal const int HeaderSize = 4;

    internal SctpParameter(int number, int offset, ReadOnlySpan<byte> value)
    {
        Number = number;
        Offset = offset;
        Value = value;
    }

    /// <summary>The number of the type.</summary>
    public int Number { get; }

    /// <summary>The type of a parameter.</summary>
    public SctpParameterType Type => (SctpParameterType)Number;

    /// <summary>The code of a cause.</summary>
    public SctpCauseCode Cause => (SctpCauseCode)Number;

    /// <summary>Where it begins, in bytes from the start of the packet.</summary>
    public int Offset { get; }

    /// <summary>The value without its padding.</summary>
    public ReadOnlySpan<byte> Value { get; }

    internal static int Pad(int length) => (length + 3) & ~3;
}
