namespace WireProtocols.ServerSentEvents;

/// <summary>Limits of an event stream's decoder, and what it does where the standard leaves a choice. Lengths are in bytes.</summary>
public sealed class EventStreamOptions
{
    /// <summary>The smallest limit that can be set.</summary>
    public const int MinimumLimit = 16;

    private const int DataHeadLength = 6;

    /// <summary>The defaults.</summary>
    public static EventStreamOptions Default { get; } = new();

    /// <summary>The longest line, its end not counted. Default: as long as the longest event in one line with its <c>data: </c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below <see cref="MinimumLimit"/>.</exception>
    public int MaxLineLength
    {
        get => field > 0 ? field : (int)Math.Min(Array.MaxLength, MaxEventLength + (long)DataHeadLength);
        init => field = Limit(value);
    }

    /// <summary>The longest data of one event, joined with line feeds. Default 16
    /// MiB, which images in the streams of language models fit into.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below <see cref="MinimumLimit"/>.</exception>
    public int MaxEventLength { get; init => field = Limit(value); } = 16 * 1024 * 1024;

    /// <summary>The longest value of an <c>event</c> or <c>id</c> field; the latter ends up in a request header. Default 8 KiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below <see cref="MinimumLimit"/>.</exception>
    public int MaxFieldLength { get; init => field = Limit(value); } = 8 * 1024;

    /// <summary>
    /// What a broken limit does. False, the default: the stream fails. True: the event is given up, an element of the kind
    /// <see cref="EventStreamElementKind.Skipped"/> says so, and the next event is decoded. The id of a skipped event still counts as seen, so that
    /// a client which reconnects does not ask for it again; a comment or an unknown field that is too long is ignored as a shorter one would be.
    /// </summary>
    public bool SkipOversized { get; init; }

    /// <summary>
    /// What an end inside a block is. False, the default: "If the file ends in the middle of an event, before the final empty line, the
    /// incomplete event is not dispatched" (HTML §9.2.6). True: <see cref="EventStreamProtocolError.UnexpectedEnd"/>.
    /// </summary>
    public bool RejectUnfinishedEvent { get; init; }

    /// <summary>
    /// Whether the end of the stream stands for the blank line that is missing: some servers end without it. False, the default, is the standard's
    /// rule. A stream that was cut looks the same, so that the last event may be a part of one.
    /// </summary>
    public bool DispatchUnfinishedEvent { get; init; }

    /// <summary>
    /// What happens to bytes that are not UTF-8. True, the default: they become U+FFFD as in the standard's decoder, a maximal subpart at a
    /// time, so that every slice is UTF-8; limits count the three bytes of each. False: slices are the bytes as they came.
    /// </summary>
    public bool ReplaceInvalidUtf8 { get; init; } = true;

    private static int Limit(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, MinimumLimit);
        return value;
    }
}
