using System.Buffers;
using System.Text;
using System.Text.Json;
using WireProtocols.EventStreams;

namespace WireProtocols.Fuzz.EventStreams;

/// <summary>The payload of chunks, against a reader of whole documents. What is read can be written, and reads back to the same.</summary>
public sealed class AmazonChunkTarget : FuzzTarget
{
    public override string Name => "amazon-chunk";

    public override string CodeNamespace => "WireProtocols.EventStreams";

    public override void Run(ReadOnlySpan<byte> input)
    {
        bool isRight = AmazonChunk.TryDecode(input, out byte[]? bytes, out int errorIndex);
        byte[]? expected = Read(input.ToArray());
        Require(isRight == expected is not null, $"{isRight} at {errorIndex}");
        if (!isRight)
        {
            Require(errorIndex >= 0 && errorIndex <= input.Length, "an error is inside the payload or at its end");
            return;
        }

        Require(bytes.AsSpan().SequenceEqual(expected), "the bytes are the same");
        ArrayBufferWriter<byte> written = new();
        AmazonChunk.Encode(bytes, written);
        Require(AmazonChunk.TryDecode(written.WrittenSpan, out byte[]? again, out _) && again.AsSpan().SequenceEqual(bytes), "it reads back");
    }

    private static byte[]? Read(byte[] json)
    {
        try
        {
            _ = new UTF8Encoding(false, true).GetString(json);
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement[] found
                = [.. document.RootElement.EnumerateObject().Where(p => p.NameEquals("bytes")).Select(p => p.Value)];
            string? text = found.Length == 1 && found[0].ValueKind == JsonValueKind.String ? found[0].GetString() : null;
            byte[]? bytes = text is null ? null : Convert.FromBase64String(text);

            // The platform passes over white space and the bits that padding leaves over.
            return bytes is not null && Convert.ToBase64String(bytes) == text ? bytes : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
