using System.IO.Pipelines;
using WireProtocols.Multipart;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about multipart bodies, where it compiles.</summary>
internal static class ReadmeMultipart
{
    public static async Task ReadAsync(string contentType, PipeReader body, TextWriter output)
    {
        long length = 0;
        if (!MultipartBoundary.TryFind(contentType, out MultipartBoundary? boundary))
        {
            throw new FormatException("That is no multipart body.");
        }

        using MultipartReader reader = new(body, boundary);
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out MultipartSectionPart part))
            {
                if (part.IsFirst && MultipartFormData.TryGetNames(part.Fields, out string? name, out string? fileName))
                {
                    output.Write($"{name} ({fileName}): ");
                }

                length += part.Body.Length;
                if (part.IsLast)
                {
                    output.WriteLine($"{length} bytes");
                    length = 0;
                }
            }
        }
    }

    public static async Task WriteAsync(PipeWriter output, MultipartBoundary boundary, IAsyncEnumerable<ReadOnlyMemory<byte>> pictures)
    {
        MultipartWriter writer = new(output, boundary); // The media type is boundary.ToContentType("x-mixed-replace").
        await foreach (ReadOnlyMemory<byte> picture in pictures)
        {
            writer.WritePart([new("Content-Type", "image/jpeg")], picture.Span);
            await output.FlushAsync();
        }
    }
}
