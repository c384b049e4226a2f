namespace WireProtocols.Http1;

/// <summary>What a <see cref="ChunkedElement"/> is.</summary>
public enum ChunkedElementKind
{
    /// <summary>A chunk begins: its size, its extensions, and as much of its data as was there. Size 0 is the last chunk.</summary>
    Chunk,

    /// <summary>More data of the chunk.</summary>
    Data,

    /// <summary>A trailer field.</summary>
    Trailer,

    /// <summary>The body is complete; what follows in the input belongs to the next message.</summary>
    End,
}

/// <summary>
/// One element of a chunked body (RFC 9112 §7.1). Its slices point into the decoder's source or scratch and are valid until the next call.
/// </summary>
public readonly ref struct ChunkedElement
{
    private readonly ReadOnlySpan<byte> _first;
    private readonly ReadOnlySpan<byte> _second;

    private ChunkedElement(ChunkedElementKind kind, long offset, long size, long remaining, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Kind = kind;
        Offset = offset;
        Size = size;
        Remaining = remaining;
        _first = first;
        _second = second;
    }

    /// <summary>What this is.</summary>
    public ChunkedElementKind Kind { get; }

    /// <summary>The offset of the first byte: of the chunk line, of this piece of data, of the trailer's name, or the length of the whole
    /// body with its framing for <see cref="ChunkedElementKind.End"/>; in bytes from the start of the body.</summary>
    public long Offset { get; }

    /// <summary>
    /// The size in bytes of the chunk that begins or goes on; for <see cref="ChunkedElementKind.End"/>, the length of the decoded body.
    /// </summary>
    public long Size { get; }

    /// <summary>How many bytes of the chunk's data are still to come after <see cref="Data"/>; 0 says that the chunk is complete.</summary>
    public long Remaining { get; }

    /// <summary>A piece of the payload, never copied. Empty where a chunk begins and none of its data has arrived.</summary>
    public ReadOnlySpan<byte> Data => Kind <= ChunkedElementKind.Data ? _first : default;

    /// <summary>The extensions of the chunk that begins.</summary>
    public ChunkExtensions Extensions => new(Kind == ChunkedElementKind.Chunk ? _second : default);

    /// <summary>The name of the trailer field: a token, as the sender wrote it.</summary>
    public ReadOnlySpan<byte> Name => Kind == ChunkedElementKind.Trailer ? _first : default;

    /// <summary>The value of the trailer field without the white space around it; by convention ISO 8859-1.</summary>
    public ReadOnlySpan<byte> Value => Kind == ChunkedElementKind.Trailer ? _second : default;

    /// <summary>
    /// Whether the trailer is one that must not be sent as a trailer (<see cref="TrailerFields.IsForbidden"/>). Never merge it into the header.
    /// </summary>
    public bool IsForbidden => Kind == ChunkedElementKind.Trailer && Size != 0;

    internal static ChunkedElement Chunk(long offset, long size, long remaining, ReadOnlySpan<byte> data, ReadOnlySpan<byte> extensions)
        => new(ChunkedElementKind.Chunk, offset, size, remaining, data, extensions);

    internal static ChunkedElement Piece(long offset, long size, long remaining, ReadOnlySpan<byte> data)
        => new(ChunkedElementKind.Data, offset, size, remaining, data, default);

    internal static ChunkedElement Trailer(long offset, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool forbidden)
        => new(ChunkedElementKind.Trailer, offset, forbidden ? 1 : 0, 0, name, value);

    internal static ChunkedElement End(long offset, long bodyLength)
        => new(ChunkedElementKind.End, offset, bodyLength, 0, default, default);
}
