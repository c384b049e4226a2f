using System.Text.Json;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Ndjson;

namespace WireProtocols.Benchmarks.Ndjson;

/// <summary>Records as bytes.</summary>
public sealed class NdjsonFrameRun(bool validate) : IDisposable
{
    private readonly NdjsonReader _ours = new(
        new LoopPipeReader(NdjsonRecords.Pieces),
        new NdjsonOptions { Validate = validate });

    public void Ours()
    {
        long length = 0;
        for (int read = 0; read < NdjsonRecords.Count;)
        {
            while (read < NdjsonRecords.Count && _ours.TryRead(out NdjsonRecord record))
            {
                length += record.Data.Length;
                read++;
            }

            if (read < NdjsonRecords.Count)
            {
                Completed.Take(_ours.WaitToReadAsync());
            }
        }

        Sink.Keep(length);
    }

    public void Split()
    {
        ReadOnlySpan<byte> rest = NdjsonRecords.Pieces;
        long length = 0;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            length += rest[..end].Length;
            rest = rest[(end + 1)..];
        }

        Sink.Keep(length);
    }

    public void Walk()
    {
        ReadOnlySpan<byte> rest = NdjsonRecords.Pieces;
        long tokens = 0;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            Utf8JsonReader reader = new(rest[..end]);
            while (reader.Read())
            {
                tokens++;
            }

            rest = rest[(end + 1)..];
        }

        Sink.Keep(tokens);
    }

    public void Dispose() => _ours.Dispose();
}
