using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Multipart;

namespace WireProtocols.InteropTests.Multipart;

/// <summary>A form that both sides have to make the same of.</summary>
internal static class Forms
{
    public static IReadOnlyList<(string Name, string? FileName, byte[] Body)> Parts { get; } =
    [
        ("a", null, "text"u8.ToArray()),
        ("ä \"quoted\"\r\n", null, "€\r\nof two lines"u8.ToArray()),
        ("file", "b \"c\".bin", [.. Enumerable.Range(0, 3000).Select(i => (byte)i)]),
        ("empty", null, []),
    ];

    public static byte[] Write(MultipartBoundary boundary, IEnumerable<(string Name, string? FileName, byte[] Body)> parts)
    {
        ArrayBufferWriter<byte> output = new();
        MultipartWriter writer = new(output, boundary);
        foreach ((string name, string? fileName, byte[] body) in parts)
        {
            writer.WritePart(MultipartFormData.CreateFields(name, fileName, fileName is null ? null : "application/octet-stream"), body);
        }

        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    public static async Task<List<(string Name, string? FileName, byte[] Body)>> ReadAsync(MultipartBoundary boundary, byte[] body)
    {
        using MultipartReader reader = new(PipeReader.Create(new MemoryStream(body)), boundary);
        List<(string Name, string? FileName, byte[] Body)> parts = [];
        await foreach (OwnedMultipartSection section in reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.True(MultipartFormData.TryParse(section.GetField("Content-Disposition"), out string? name, out string? fileName));
            parts.Add((name!, fileName, section.Body.ToArray()));
        }

        return parts;
    }

    public static void AssertSame(
        IEnumerable<(string Name, string? FileName, byte[] Body)> expected, IEnumerable<(string Name, string? FileName, byte[] Body)> actual)
        => Assert.Equal(expected.Select(Shown), actual.Select(Shown));

    private static string Shown((string Name, string? FileName, byte[] Body) part)
        => $"{part.Name} {part.FileName} {Convert.ToHexString(part.Body)}";
}
