using System.Text;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// Five files like those that the common test suite cuts its compressed messages from: how well each compresses is another matter each time.
/// </summary>
internal static class DeflateData
{
    private static readonly string[] Words =
    [
        "der", "die", "und", "Faust", "Teufel", "Geist", "Grund", "Rest", "Ruh", "hier", "nun", "ach", "Philosophie", "Juristerei", "Medizin",
        "durchaus", "studiert", "mit", "heißem", "Bemühn", "ich", "armer", "Tor", "so", "klug", "als", "wie", "zuvor",
    ];

    public static byte[] Json { get; } = Build(
        194_056,
        (random, i) => $"{{\"id\": {i}, \"guid\": \"{random.NextInt64():x16}\", \"isActive\": {(random.Next(2) == 0 ? "true" : "false")}, "
            + $"\"balance\": \"${random.Next(9999)}.{random.Next(99):d2}\"}},\n");

    /// <summary>A picture in one byte a point.</summary>
    public static byte[] Bitmap { get; }
        = [.. Enumerable.Range(0, 263_222).Select(i => (byte)(128 + (100 * Math.Sin(i % 512 / 40.0) * Math.Cos(i / 512 / 30.0)) + (i * 7919 % 5)))];

    public static byte[] Prose { get; } = Build(222_218, (random, i) => Words[random.Next(Words.Length)] + (i % 9 == 8 ? ",\n" : " "));

    public static byte[] Html { get; } = Build(
        263_527,
        (random, i) => $"<tr class=\"row{i % 2}\"><td><a href=\"/item/{random.Next(100_000)}\">Item {i}</a></td><td>{random.Next(100)}</td></tr>\n");

    /// <summary>Compressed streams between bits of text.</summary>
    public static byte[] Pdf { get; } = BuildPdf();

    /// <summary>The bytes of a message, cut out of the file where the last one ended, and from its beginning again behind its end.</summary>
    public static byte[] Cut(byte[] file, int number, int length)
    {
        byte[] message = new byte[length];
        int at = (int)((long)number * length % file.Length);
        for (int filled = 0; filled < length; at = 0)
        {
            int piece = Math.Min(length - filled, file.Length - at);
            file.AsSpan(at, piece).CopyTo(message.AsSpan(filled));
            filled += piece;
        }

        return message;
    }

    private static byte[] Build(int length, Func<Random, int, string> next)
    {
        Random random = new(length);
        StringBuilder text = new();
        for (int i = 0; text.Length < length; i++)
        {
            text.Append(next(random, i));
        }

        return Encoding.UTF8.GetBytes(text.ToString())[..length];
    }

    private static byte[] BuildPdf()
    {
        byte[] pdf = new byte[1_042_328];
        new Random(12).NextBytes(pdf);
        for (int at = 0; at + 4000 < pdf.Length; at += 4000)
        {
            Encoding.ASCII.GetBytes($"endstream endobj {at} 0 obj << /Length {at % 977} /Filter /FlateDecode >> stream", pdf.AsSpan(at));
        }

        return pdf;
    }
}
