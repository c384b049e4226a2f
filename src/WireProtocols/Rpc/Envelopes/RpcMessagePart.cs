namespace WireProtocols.Rpc;

/// <summary>
/// A piece of a message, or of the end of a stream. The first comes as soon as the header is there, even when it is empty. Slices are valid until the
/// next call of the decoder or reader.
/// </summary>
public readonly ref struct RpcMessagePart
{
    private readonly RpcPartFlags _part;

    internal RpcMessagePart(long offset, RpcEnvelopeBits flags, int length, RpcPartFlags part, ReadOnlySpan<byte> payload)
    {
        Offset = offset;
        Flags = flags;
        Length = length;
        _part = part;
        Payload = payload;
    }

    /// <summary>Where the envelope begins, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The flags of the envelope.</summary>
    public RpcEnvelopeBits Flags { get; }

    /// <summary>The length of the whole message in bytes, as it was sent.</summary>
    public int Length { get; }

    /// <summary>The bytes of the message in this piece, as they were sent.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>True for the first piece of the message.</summary>
    public bool IsFirst => (_part & RpcPartFlags.First) != 0;

    /// <summary>True for the last piece of the message.</summary>
    public bool IsLast => (_part & RpcPartFlags.Last) != 0;

    /// <summary>True where the message is compressed.</summary>
    public bool IsCompressed => (Flags & RpcEnvelopeBits.Compressed) != 0;

    /// <summary>True for the end of a stream: trailers of gRPC-Web, or JSON of Connect.</summary>
    public bool IsEnd => (Flags & (RpcEnvelopeBits.ConnectEnd | RpcEnvelopeBits.GrpcWebTrailers)) != 0;
}

[Flags]
internal enum RpcPartFlags
{
    None = 0,
    First = 1,
    Last = 2,
}
