using System.Text;

namespace WireProtocols.Testing;

/// <summary>What several formats are made of.</summary>
internal static class FormatText
{
    /// <summary>Text that may be anywhere: letters, or what is longer than a byte in UTF-8, or what is none.</summary>
    public static byte[] Text(Random dice, int longest)
    {
        List<byte> text = [];
        for (int count = dice.Next(longest + 1); count > 0; count--)
        {
            text.AddRange(dice.Next(24) switch
            {
                0 => "é"u8.ToArray(),
                1 => "€"u8.ToArray(),
                2 => "😀"u8.ToArray(),
                3 => [(byte)dice.Next(256)],
                4 => " "u8.ToArray(),
                _ => [(byte)('a' + dice.Next(26))],
            });
        }

        return [.. text];
    }

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    public static T Pick<T>(this Random dice, params ReadOnlySpan<T> from) => from[dice.Next(from.Length)];

    /// <summary>A length as it comes: mostly small, now and then at a border of some encoding or some vector.</summary>
    public static int Length(this Random dice) => dice.Next(8) switch
    {
        0 => dice.Pick(0, 1, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 124, 125, 126, 127, 128, 255, 256, 300, 1024),
        1 => dice.Next(300),
        _ => dice.Next(24),
    };

    /// <summary>Cuts behind each separator; what is behind the last one is an element too.</summary>
    public static IReadOnlyList<byte[]> SplitBehind(ReadOnlySpan<byte> body, ReadOnlySpan<byte> separator)
    {
        List<byte[]> elements = [];
        while (!body.IsEmpty)
        {
            int index = body.IndexOf(separator);
            int length = index < 0 ? body.Length : index + separator.Length;
            elements.Add(body[..length].ToArray());
            body = body[length..];
        }

        return elements;
    }
}
