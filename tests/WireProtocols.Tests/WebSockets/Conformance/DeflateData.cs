using System.Text;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Text that compresses well.</summary>
internal static class DeflateData
{
    public static byte[] Json { get; } = Build(
        194_056,
        (random, i) => $"{{\"id\": {i}, \"guid\": \"{random.NextInt64():x16}\", \"isActive\": {(random.Next(2) == 0 ? "true" : "false")}, "
            + $"\"balance\": \"${random.Next(9999)}.{random.Next(99):d2}\"}},\n");

    public static byte[] Html { get; } = Build(
        263_527,
        (random, i) => $"<tr class=\"row{i % 2}\"><td><a href=\"/item/{random.Next(100_000)}\">Item {i}</a></td><td>{random.Next(100)}</td></tr>\n");

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
}
