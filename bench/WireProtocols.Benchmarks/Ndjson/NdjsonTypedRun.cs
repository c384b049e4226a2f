using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.Ndjson;

namespace WireProtocols.Benchmarks.Ndjson;

/// <summary>Records as values, from a stream in memory to its end, each way with what it needs from the start.</summary>
public sealed class NdjsonTypedRun<T>(byte[] lines, JsonTypeInfo<T> typeInfo)
{
    public void Ours() => OursAsync().GetAwaiter().GetResult();

    public void Peer() => PeerAsync().GetAwaiter().GetResult();

    private async Task OursAsync()
    {
        int read = 0;
        using NdjsonReader reader = new(PipeReader.Create(new MemoryStream(lines), new StreamPipeReaderOptions(bufferSize: 16 * 1024)));
        await foreach (NdjsonResult<T> result in reader.ReadAllAsync(typeInfo))
        {
            read += result.IsSuccess ? 1 : 0;
        }

        Require(read);
    }

    private async Task PeerAsync()
    {
        int read = 0;
        await foreach (T? value in JsonSerializer.DeserializeAsyncEnumerable(new MemoryStream(lines), typeInfo, topLevelValues: true))
        {
            read += value is null ? 0 : 1;
        }

        Require(read);
    }

    private static void Require(int read)
    {
        if (read != NdjsonRecords.Count)
        {
            throw new InvalidOperationException($"{read} records instead of {NdjsonRecords.Count}.");
        }
    }
}
