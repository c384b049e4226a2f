using System.Buffers;
using System.Text.Json;
using WireProtocols.Ndjson;

namespace WireProtocols.Benchmarks.Ndjson;

/// <summary>Values into a buffer.</summary>
public sealed class NdjsonWriteRun : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(256 * 1024);
    private readonly Piece[] _pieces = NdjsonCases.ReadPieces();
    private readonly NdjsonWriter _ours;
    private readonly Utf8JsonWriter _peer;

    public NdjsonWriteRun()
    {
        _ours = new NdjsonWriter(_output);
        _peer = new Utf8JsonWriter(_output);
    }

    public void Ours()
    {
        _output.ResetWrittenCount();
        foreach (Piece piece in _pieces)
        {
            _ours.Write(piece, RecordContext.Default.Piece);
        }
    }

    public void Peer()
    {
        _output.ResetWrittenCount();
        foreach (Piece piece in _pieces)
        {
            JsonSerializer.Serialize(_peer, piece, RecordContext.Default.Piece);
            _peer.Reset();
            _output.Write("\n"u8);
        }
    }

    public void Dispose()
    {
        _ours.Dispose();
        _peer.Dispose();
    }
}
