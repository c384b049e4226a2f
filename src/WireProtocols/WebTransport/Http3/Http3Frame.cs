namespace WireProtocols.WebTransport;

/// <summary>
/// A frame, or of DATA a piece of one: the first comes as soon as the header is there, even when it is empty. Slices are valid until the
/// next call of the decoder.
/// </summary>
public readonly ref struct Http3Frame
{
    internal Http3Frame(long offset, long type, long length, int headerLength, bool isFirst, bool isLast, ReadOnlySpan<byte> payload, long id = 0)
    {
        Offset = offset;
        Type = type;
        Length = length;
        HeaderLength = headerLength;
        IsFirst = isFirst;
        IsLast = isLast;
        Payload = payload;
        Id = id;
    }

    /// <summary>Where the frame begins, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The type; see <see cref="Http3FrameType"/>.</summary>
    public long Type { get; }

    /// <summary>The length of the whole payload in bytes.</summary>
    public long Length { get; }

    /// <summary>The number of bytes of type and length, 2 to 16.</summary>
    public int HeaderLength { get; }

    /// <summary>True for the first piece of the frame.</summary>
    public bool IsFirst { get; }

    /// <summary>True for the last piece of the frame.</summary>
    public bool IsLast { get; }

    /// <summary>The payload, or of DATA a piece of it.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The id in GOAWAY, MAX_PUSH_ID and CANCEL_PUSH.</summary>
    public long Id { get; }
}
