using System.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>Reads along to know where the body of a request ends.</summary>
internal sealed class RequestEnd
{
    private readonly ChunkedDecoder? _chunks;
    private long _left;

    /// <param name="framing">How the body ends. What follows an upgrade has no end.</param>
    public RequestEnd(Http1BodyFraming framing)
    {
        _chunks = framing.Kind == Http1BodyKind.Chunked ? new ChunkedDecoder() : null;
        _left = framing.Kind == Http1BodyKind.Length ? framing.Length : 0;
    }

    /// <summary>Everything from here on belongs to the request: it has become another protocol.</summary>
    public void Open() => _left = long.MaxValue;

    /// <summary>Takes what has arrived.</summary>
    /// <returns>How much of it belongs to the request.</returns>
    public long Take(ReadOnlySequence<byte> arrived)
    {
        long taken = Math.Min(arrived.Length, _left);
        _left -= taken;
        foreach (ReadOnlyMemory<byte> segment in _chunks is null || _left > 0 ? default : arrived)
        {
            taken += TakeChunks(segment.Span);
        }

        return taken;
    }

    private int TakeChunks(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        OperationStatus status = OperationStatus.Done;
        while (status == OperationStatus.Done && !_chunks!.IsCompleted)
        {
            status = _chunks.Decode(bytes[taken..], out int consumed, out _);
            taken += consumed;
        }

        // Behind chunks that are no good nothing is found any more: the connection ends.
        return status == OperationStatus.InvalidData ? bytes.Length : taken;
    }
}
