namespace WireProtocols.Multipart;

/// <summary>The limits of multipart bodies. Immutable.</summary>
public sealed class MultipartOptions
{
    /// <summary>The limits where nobody sets others.</summary>
    public static MultipartOptions Default { get; } = new();

    /// <summary>The most parts of a body. 1024; a stream that goes on (<c>x-mixed-replace</c>) wants no limit.</summary>
    public int MaxParts { get; init => field = (int)NotNegative(value); } = 1024;

    /// <summary>The most bytes of the head of a part, its line ends included. 16 KiB.</summary>
    public int MaxHeadLength { get; init => field = (int)NotNegative(value); } = 16 * 1024;

    /// <summary>The most fields of a part. 32.</summary>
    public int MaxFields { get; init => field = (int)NotNegative(value); } = 32;

    /// <summary>The longest body of a part in bytes. 128 MiB.</summary>
    public long MaxPartLength { get; init => field = NotNegative(value); } = 128 * 1024 * 1024;

    /// <summary>The most bytes of preamble, epilogue, and white space behind boundaries, together. 64 KiB.</summary>
    public int MaxDiscardedLength { get; init => field = (int)NotNegative(value); } = 64 * 1024;

    /// <summary>Lets the input end with the boundary behind a part, as streams of pictures do that are stopped. Off.</summary>
    public bool AllowMissingEnd { get; init; }

    private static long NotNegative(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }
}
