using System.Globalization;
using System.Text;

namespace WireProtocols.Benchmarks.Levels;

/// <summary>Messages of kinds that WebSockets carry, the same in every run: text, JSON, a bitmap, and what no deflater shrinks.</summary>
internal static class LevelInputs
{
    private const int Total = 256 * 1024;

    /// <summary>All kinds, cut into messages of a length.</summary>
    public static IEnumerable<(string Name, byte[][] Messages)> All(int length)
    {
        string size = $"{length / 1024} KiB";
        yield return ($"text {size}", Cut(CreateText(), length));
        yield return ($"JSON {size}", Cut(CreateJson(), length));
        yield return ($"bitmap {size}", Cut(CreateBitmap(), length));
        yield return ($"random {size}", Cut(CreateRandom(), length));
    }

    private static byte[][] Cut(byte[] bytes, int length) => [.. bytes.Chunk(length).Where(c => c.Length == length)];

    /// <summary>English, as people write it: this repository's own notes, one behind the other.</summary>
    private static byte[] CreateText()
    {
        string root = FindRoot();
        IEnumerable<string> files = Directory.GetFiles(root, "*.md").Concat(Directory.GetFiles(Path.Combine(root, "spec-notes"), "*.md"));
        return [.. files.Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes).Take(Total)];
    }

    /// <summary>Records of a price feed.</summary>
    private static byte[] CreateJson()
    {
        Random random = new(2);
        StringBuilder json = new();
        for (int id = 0; json.Length < Total; id++)
        {
            string symbol = $"{(char)('A' + random.Next(26))}{(char)('A' + random.Next(26))}X";
            (double bid, double ask) = (random.Next(100_000) / 100.0, random.Next(100_000) / 100.0);
            string time = string.Create(CultureInfo.InvariantCulture, $"2026-03-{random.Next(28) + 1:D2}T12:{random.Next(60):D2}:00Z");
            json.Append(CultureInfo.InvariantCulture, $$"""{"id":{{id}},"symbol":"{{symbol}}", "bid":{{bid}},"ask":{{ask}},""");
            json.Append(CultureInfo.InvariantCulture, $$""" "time":"{{time}}","open":true}""").Append('\n');
        }

        return Encoding.UTF8.GetBytes(json.ToString());
    }

    /// <summary>Pixels of four bytes, as of a photograph: they change slowly, and the lowest bits are noise.</summary>
    private static byte[] CreateBitmap()
    {
        Random random = new(3);
        byte[] pixels = new byte[Total];
        for (int index = 0; index < Total; index += 4)
        {
            int x = (index / 4) % 256;
            int y = index / 1024;
            pixels[index] = (byte)(x + random.Next(4));
            pixels[index + 1] = (byte)(y + random.Next(4));
            pixels[index + 2] = (byte)(((x + y) / 2) + random.Next(4));
            pixels[index + 3] = 255;
        }

        return pixels;
    }

    private static byte[] CreateRandom()
    {
        byte[] bytes = new byte[Total];
        new Random(4).NextBytes(bytes);
        return bytes;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CONTRIBUTING.md")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The run is inside a checkout.");
    }
}
