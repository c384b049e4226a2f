namespace WireProtocols.EventStreams;

/// <summary>
/// A piece of a message. The first comes as soon as all headers are there, even when it holds nothing of the payload. Slices are valid until the next
/// call of the decoder or reader.
/// </summary>
/// <remarks>
/// The checksum of a message stands at its end: before the piece that <see cref="IsLast"/>, nothing of it but the two lengths is known to be what was
/// sent. Who acts on earlier pieces has to be able to take it back.
/// </remarks>
public readonly ref struct EventMessagePart
{
    private readonly EventPartFlags _part;

    internal EventMessagePart(long offset, int payloadLength, EventPartFlags part, EventHeaders headers, ReadOnlySpan<byte> payload)
    {
        Offset = offset;
        PayloadLength = payloadLength;
        _part = part;
        Headers = headers;
        Payload = payload;
    }

    /// <summary>Where the message begins, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The length of the whole payload in bytes.</summary>
    public int PayloadLength { get; }

    /// <summary>All headers of the message, in the first piece; none in the others.</summary>
    public EventHeaders Headers { get; }

    /// <summary>The bytes of the payload in this piece.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>True for the first piece of the message.</summary>
    public bool IsFirst => (_part & EventPartFlags.First) != 0;

    /// <summary>True for the last piece of the message: its checksum is right.</summary>
    public bool IsLast => (_part & EventPartFlags.Last) != 0;
}

[Flags]
internal enum EventPartFlags
{
    None = 0,
    First = 1,
    Last = 2,
}
