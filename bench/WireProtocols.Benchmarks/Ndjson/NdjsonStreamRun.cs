using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Ndjson;

namespace WireProtocols.Benchmarks.Ndjson;

/// <summary>Records in segments whose ends fall anywhere in them.</summary>
public sealed class NdjsonStreamRun : IDisposable
{
    private const int SegmentSize = 4 * 1024;

    private readonly NdjsonReader _ours = new(new SegmentedPipeReader(NdjsonRecords.Pieces, SegmentSize), new NdjsonOptions { Validate = false });
    private readonly SegmentedPipeReader _peer = new(NdjsonRecords.Pieces, SegmentSize);

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

    public void Peer()
    {
        long length = 0;
        for (int read = 0; read < NdjsonRecords.Count;)
        {
            ReadResult result = Completed.Take(_peer.ReadAsync());
            SequenceReader<byte> reader = new(result.Buffer);
            while (read < NdjsonRecords.Count && reader.TryReadTo(out ReadOnlySequence<byte> record, (byte)'\n'))
            {
                length += record.Length;
                read++;
            }

            _peer.AdvanceTo(reader.Position, result.Buffer.End);
        }

        Sink.Keep(length);
    }

    public void Dispose() => _ours.Dispose();
}
