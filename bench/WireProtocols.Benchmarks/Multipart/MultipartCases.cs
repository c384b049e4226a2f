using System.Buffers;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Multipart;

namespace WireProtocols.Benchmarks.Multipart;

/// <summary>
/// Forms of small fields, and files of 64 KB whose bytes are random. The peer is the reader of ASP.NET Core over a stream in memory, whose sections
/// are read into one buffer.
/// </summary>
public static class MultipartCases
{
    public const int Fields = 512;
    public const int Files = 16;

    private const int FieldLength = 32;
    private const int FileLength = 65_536;

    private static readonly MultipartBoundary Boundary = new("----WebKitFormBoundary7MA4YWxkTrZu0gW");
    private static readonly byte[] FieldBytes = Create(Fields, FieldLength);
    private static readonly byte[] FileBytes = Create(Files, FileLength);
    private static readonly MultipartOptions Endless = new() { MaxParts = int.MaxValue };
    private static readonly MultipartReader FieldReader = new(new LoopPipeReader(WithoutEnd(FieldBytes)), Boundary, Endless);
    private static readonly MultipartReader FileReader = new(new LoopPipeReader(WithoutEnd(FileBytes)), Boundary, Endless);
    private static readonly byte[] Buffer = new byte[FileLength];

    public static IEnumerable<CompareCase> All()
    {
        const string Peer = "MultipartReader of ASP.NET Core";
        yield return new CompareCase("multipart.read.field32B", Fields, ReadFields, Peer, () => ReadPeer(FieldBytes), null);
        yield return new CompareCase("multipart.read.file64KB", Files, ReadFiles, Peer, () => ReadPeer(FileBytes), null);
    }

    public static void ReadFields() => Read(FieldReader);

    public static void ReadFiles() => Read(FileReader);

    private static void Read(MultipartReader reader)
    {
        // The pipe never waits.
        ValueTask<bool> ready = reader.WaitToReadAsync();
        long sum = ready.IsCompletedSuccessfully && ready.Result ? 0 : throw new InvalidOperationException("There is nothing to read.");
        while (reader.TryRead(out MultipartSectionPart part))
        {
            sum += part.Body.Length;
            foreach (MultipartField field in part.Fields)
            {
                sum += field.Value.Length;
            }
        }

        Sink.Keep(sum);
    }

    private static void ReadPeer(byte[] bytes)
    {
        Microsoft.AspNetCore.WebUtilities.MultipartReader reader = new(Boundary.Value, new MemoryStream(bytes));
        long sum = 0;
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
        {
            for (int read; (read = section.Body.Read(Buffer)) > 0;)
            {
                sum += read;
            }

            sum += section.Headers!.Count;
        }

        Sink.Keep(sum);
    }

    /// <summary>The parts without their last boundary, so that the reader can go round and round.</summary>
    private static byte[] WithoutEnd(byte[] bytes)
        => [.. "\r\n"u8, .. bytes.AsSpan(0, bytes.Length - "\r\n--".Length - Boundary.Value.Length - "--\r\n".Length)];

    private static byte[] Create(int count, int length)
    {
        ArrayBufferWriter<byte> output = new();
        MultipartWriter writer = new(output, Boundary);
        byte[] body = new byte[length];
        Random random = new(length);
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(body);
            writer.WritePart(MultipartFormData.CreateFields($"field{i}"), body);
        }

        writer.Complete();
        return output.WrittenSpan.ToArray();
    }
}
