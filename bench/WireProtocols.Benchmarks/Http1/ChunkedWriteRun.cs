using System.IO.Pipelines;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Http1;

namespace WireProtocols.Benchmarks.Http1;

/// <summary>Writes an endless body, each write a chunk.</summary>
public sealed class ChunkedWriteRun : IDisposable
{
    private readonly PipeWriter _pipe = PipeWriter.Create(new EndlessStream([], []));
    private readonly ChunkedWriter _ours;
    private readonly Stream _peer = HttpClientPeer.OpenRequest();
    private readonly byte[] _payload;

    public ChunkedWriteRun(int size, int chunks)
    {
        Chunks = chunks;
        _payload = new byte[size];
        _ours = new ChunkedWriter(_pipe);
    }

    public int Chunks { get; }

    public void Ours()
    {
        for (int chunk = 1; chunk <= Chunks; chunk++)
        {
            _ours.WriteChunk(_payload);
            if (chunk % ChunkedCases.WritesPerFlush == 0)
            {
                Completed.Take(_pipe.FlushAsync());
            }
        }
    }

    public void Peer()
    {
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            Completed.Take(_peer.WriteAsync(_payload));
        }
    }

    public void Dispose() => _peer.Dispose();
}
