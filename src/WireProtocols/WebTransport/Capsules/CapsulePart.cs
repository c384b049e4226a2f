namespace WireProtocols.WebTransport;

/// <summary>
/// A piece of a capsule. Capsules with fields come whole, in one piece. Those that carry bytes of the application (DATAGRAM, WT_STREAM,
/// PADDING) and unknown ones come in as many pieces as they arrive in: the first as soon as the header is there, even when it is empty.
/// Slices are valid until the next call of the decoder or reader.
/// </summary>
public readonly ref struct CapsulePart
{
    private readonly CapsuleIntegers _integers;
    private readonly CapsuleFlags _flags;

    internal CapsulePart(
        long offset,
        long type,
        long length,
        int headerLength,
        CapsuleFlags flags,
        ReadOnlySpan<byte> payload,
        scoped in CapsuleIntegers integers = default)
    {
        Offset = offset;
        Type = type;
        Length = length;
        HeaderLength = headerLength;
        _flags = flags;
        Payload = payload;
        _integers = integers;
    }

    /// <summary>Where the capsule begins, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The type; see <see cref="CapsuleType"/>.</summary>
    public long Type { get; }

    /// <summary>The length of the whole value in bytes.</summary>
    public long Length { get; }

    /// <summary>The number of bytes of type and length as they were encoded, 2 to 16.</summary>
    public int HeaderLength { get; }

    /// <summary>True for the first piece of the capsule.</summary>
    public bool IsFirst => (_flags & CapsuleFlags.First) != 0;

    /// <summary>True for the last piece of the capsule.</summary>
    public bool IsLast => (_flags & CapsuleFlags.Last) != 0;

    /// <summary>True for a type that is known in the dialect and the groups of the decoder.</summary>
    public bool IsKnown => (_flags & CapsuleFlags.Known) != 0;

    /// <summary>The bytes of the value in this piece. The first piece of a WT_STREAM holds the encoded stream id and nothing else.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>True where <see cref="Payload"/> is the encoded stream id of a WT_STREAM rather than bytes of the application.</summary>
    public bool IsStreamId => (_flags & CapsuleFlags.StreamId) != 0;

    /// <summary>True for a WT_STREAM that finishes its stream.</summary>
    public bool IsFin => (_flags & CapsuleFlags.Fin) != 0;

    /// <summary>The stream id, for types that have one; in every piece of a WT_STREAM.</summary>
    public long StreamId => _integers.StreamId;

    /// <summary>The limit of WT_MAX_…, or where a WT_…_BLOCKED says that it blocks.</summary>
    public long Maximum => _integers.Value;

    /// <summary>The application error code of WT_CLOSE_SESSION, WT_RESET_STREAM and WT_STOP_SENDING.</summary>
    public uint Code => (uint)_integers.Value;

    /// <summary>The reliable size of WT_RESET_STREAM, 0 in dialects without it.</summary>
    public long ReliableSize => _integers.ReliableSize;

    /// <summary>The message of WT_CLOSE_SESSION: valid UTF-8, 0 to 1024 bytes.</summary>
    public ReadOnlySpan<byte> Reason => Type == CapsuleType.CloseSession && IsKnown ? Payload[sizeof(uint)..] : default;
}

[Flags]
internal enum CapsuleFlags : byte
{
    None = 0,
    First = 1,
    Last = 2,
    Known = 4,
    StreamId = 8,
    Fin = 16,
}
