using System.IO.Pipelines;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Http1;

namespace WireProtocols.Benchmarks.Http1;

/// <summary>Reads an endless body.</summary>
public sealed class ChunkedReadRun : IDisposable
{
    private const int SegmentSize = 16 * 1024;

    private readonly ChunkedReader _ours;
    private readonly ChunkedReader _stream;
    private readonly ChunkedPipeReader _pipe;
    private readonly Stream _peer;
    private readonly byte[] _buffer = new byte[SegmentSize];
    private readonly long _payload;

    public ChunkedReadRun(int size, int chunks)
    {
        Chunks = chunks;
        _payload = (long)size * chunks;
        byte[] bytes = ChunkedCases.CreateChunks(size);
        _ours = new ChunkedReader(new SegmentedPipeReader(bytes, SegmentSize));
        _pipe = new ChunkedPipeReader(new SegmentedPipeReader(bytes, SegmentSize));
        _stream = new ChunkedReader(PipeReader.Create(new EndlessStream([], bytes), new StreamPipeReaderOptions(bufferSize: SegmentSize)));
        _peer = HttpClientPeer.OpenResponse(bytes);
    }

    public int Chunks { get; }

    public void Ours() => Read(_ours);

    public void OursOverStream() => Read(_stream);

    public void OursAsPipe()
    {
        for (long read = 0; read < _payload;)
        {
            ReadResult result = Completed.Take(_pipe.ReadAsync());
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                read += segment.Length;
            }

            _pipe.AdvanceTo(result.Buffer.End);
        }
    }

    public void Peer()
    {
        for (long read = 0; read < _payload;)
        {
            read += Completed.Take(_peer.ReadAsync(_buffer));
        }
    }

    private void Read(ChunkedReader reader)
    {
        for (long read = 0; read < _payload;)
        {
            while (read < _payload && reader.TryRead(out ChunkedElement element))
            {
                read += element.Data.Length;
            }

            if (read < _payload && !Completed.Take(reader.WaitToReadAsync()))
            {
                throw new InvalidOperationException("The body has no end.");
            }
        }
    }

    public void Dispose()
    {
        _ours.Dispose();
        _stream.Dispose();
        _pipe.Dispose();
        _peer.Dispose();
    }
}
