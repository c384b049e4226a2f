using System.Buffers;

namespace WireProtocols.Transports;

/// <summary>A piece of what waits to be sent: memory from the pool, sent from its beginning while its end is being filled.</summary>
internal sealed class OutputSegment
{
    private const int LeastSize = 1024;

    // A connection that is idle has no segment, and one that wakes up allocates none.
    [ThreadStatic]
    private static OutputSegment? _spare;

    private byte[] _bytes = [];

    private OutputSegment()
    {
    }

    /// <summary>How much of it has been sent.</summary>
    public int Sent { get; set; }

    /// <summary>How much of it may be sent.</summary>
    public int Flushed { get; set; }

    /// <summary>How much of it has been written.</summary>
    public int Written { get; set; }

    public OutputSegment? Next { get; set; }

    /// <summary>How much memory it holds.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>The room behind what has been written.</summary>
    public Memory<byte> Room => _bytes.AsMemory(Written);

    /// <summary>The same.</summary>
    public Span<byte> RoomSpan => _bytes.AsSpan(Written);

    /// <summary>How much room that is.</summary>
    public int RoomLength => _bytes.Length - Written;

    /// <summary>What may be sent and has not been.</summary>
    public ReadOnlySpan<byte> ToSend => _bytes.AsSpan(Sent, Flushed - Sent);

    /// <summary>An empty segment with so much room.</summary>
    public static OutputSegment Rent(int size)
    {
        OutputSegment segment = _spare ?? new OutputSegment();
        _spare = null;
        segment._bytes = ArrayPool<byte>.Shared.Rent(size);
        return segment;
    }

    /// <summary>Moves what has not been sent, all of which may be, to memory of its size where that is much less.</summary>
    public void Trim()
    {
        ReadOnlySpan<byte> left = ToSend;
        if (4 * Math.Max(left.Length, LeastSize) > _bytes.Length)
        {
            return;
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(Math.Max(left.Length, LeastSize));
        left.CopyTo(bytes);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = bytes;
        Written = Flushed = left.Length;
        Sent = 0;
    }

    /// <summary>Gives the memory back, and the segment.</summary>
    public void Return()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        Sent = Flushed = Written = 0;
        Next = null;
        _spare = this;
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
