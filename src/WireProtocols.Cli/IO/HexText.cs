namespace WireProtocols.Cli.IO;

/// <summary>Turns hex text that arrives in any split into bytes; white space is ignored.</summary>
internal sealed class HexText
{
    private int _high = -1;
    private long _position;

    /// <summary>Decodes in place: the bytes take the room of the text.</summary>
    /// <returns>How many bytes there are.</returns>
    public int Decode(Span<byte> text)
    {
        int count = 0;
        foreach (byte character in text)
        {
            _position++;
            if (character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f' or (byte)'\v')
            {
                continue;
            }

            int digit = DigitOf(character);
            if (digit < 0)
            {
                throw ToolException.Usage($"--hex: character {_position} of the input is not a hexadecimal digit.");
            }

            if (_high < 0)
            {
                _high = digit;
                continue;
            }

            text[count++] = (byte)((_high << 4) | digit);
            _high = -1;
        }

        return count;
    }

    public void Complete()
    {
        if (_high >= 0)
        {
            throw ToolException.Usage("--hex: the input has an odd number of digits.");
        }
    }

    private static int DigitOf(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => -1,
    };
}
