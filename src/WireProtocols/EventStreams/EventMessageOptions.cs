namespace WireProtocols.EventStreams;

/// <summary>
/// The limits of messages. Immutable. By default they are those of the format, which "services MUST validate" (amazon-eventstream §Message Format).
/// A client, which is not to hold services to them, may set others: whatever a peer can make grow has a limit here.
/// </summary>
public sealed class EventMessageOptions
{
    /// <summary>The most that <see cref="MaxHeaders"/> can be.</summary>
    internal const int MostHeaders = 1000;

    /// <summary>The limits of the format.</summary>
    public static EventMessageOptions Default { get; } = new();

    /// <summary>The longest payload in bytes. 24 MiB.</summary>
    public int MaxPayloadLength { get; init => field = NotNegative(value); } = EventMessageLimits.PayloadLength;

    /// <summary>The most bytes of the headers of a message, as they are encoded. 128 KiB.</summary>
    public int MaxHeadersLength { get; init => field = NotNegative(value); } = EventMessageLimits.HeadersLength;

    /// <summary>The most headers of a message, at most 1000: each name is held against those before it. 100.</summary>
    public int MaxHeaders
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostHeaders);
            field = NotNegative(value);
        }
    } = 100;

    /// <summary>Lets strings and byte arrays of no bytes pass, which some services send. Off.</summary>
    public bool AllowEmptyValues { get; init; }

    private static int NotNegative(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }
}
