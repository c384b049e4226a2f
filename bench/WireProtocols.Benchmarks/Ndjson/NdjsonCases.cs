using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.Benchmarks.Native;

namespace WireProtocols.Benchmarks.Ndjson;

/// <summary>
/// NDJSON, a record of 170 bytes an operation. <c>frame</c> tells records apart and does not look into them, from a pipe in one segment,
/// beside a loop of <c>IndexOf</c> over one span; <c>validate</c> checks each, beside the bare walk of the JSON reader; <c>stream</c> tells
/// records apart in segments of 4 KB, as they come from a transport, beside the loop that the platform's documentation shows; <c>typed</c>
/// reads values from the same stream as the platform's reader of many values does; <c>write</c> is beside the serializer and a line feed.
/// </summary>
public static class NdjsonCases
{
    private const string Platform = "DeserializeAsyncEnumerable";

    public static IEnumerable<CompareCase> All()
    {
        NdjsonFrameRun frame = new(validate: false);
        NdjsonFrameRun validate = new(validate: true);
        NdjsonWriteRun write = new();
        NdjsonStreamRun stream = new();
        return
        [
            new("ndjson.frame.170B", NdjsonRecords.Count, frame.Ours, "IndexOf over a span", frame.Split, 0.8)
            {
                Natives = Natives(
                    "lines",
                    NdjsonRecords.Count * (NdjsonRecords.LineLength - 1L),
                    new("floor, newline bitmap AVX2", "floor", "floor_lines_avx2"),
                    new("floor, newline bitmap AVX-512", "floor", "floor_lines_avx512")),
            },
            new("ndjson.validate.170B", NdjsonRecords.Count, validate.Ours, "Utf8JsonReader", validate.Walk, null)
            {
                Natives = Natives("validate", NdjsonRecords.Count, new NativeFunction("simdjson, to trees", "simdjson", "simdjson_validate")),
            },
            new("ndjson.stream.170B", NdjsonRecords.Count, stream.Ours, "SequenceReader.TryReadTo", stream.Peer, null),
            Typed("ndjson.typed.170B", NdjsonRecords.Pieces, RecordContext.Default.Piece, 1.2),
            Typed("ndjson.typed.nested.170B", NdjsonRecords.Entries, RecordContext.Default.Entry, null),
            new("ndjson.write.170B", NdjsonRecords.Count, write.Ours, "Utf8JsonWriter", write.Peer, null),
        ];
    }

    private static IReadOnlyList<NativePeer> Natives(string work, long expected, params ReadOnlySpan<NativeFunction> peers)
        => NativePeers.Load(work, NdjsonRecords.Pieces, NdjsonRecords.Count, expected, peers);

    private static CompareCase Typed<T>(string name, byte[] lines, JsonTypeInfo<T> typeInfo, double? target)
    {
        NdjsonTypedRun<T> run = new(lines, typeInfo);
        return new CompareCase(name, NdjsonRecords.Count, run.Ours, Platform, run.Peer, target) { MayAllocate = true };
    }

    /// <summary>The records as values, for the cases that write them.</summary>
    internal static Piece[] ReadPieces()
        => [.. Enumerable.Range(0, NdjsonRecords.Count).Select(i => JsonSerializer.Deserialize(
            NdjsonRecords.Pieces.AsSpan(i * NdjsonRecords.LineLength, NdjsonRecords.LineLength),
            RecordContext.Default.Piece)!)];
}
