using System.Text;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// One element of an event stream: an event, a comment, a reconnection time, or an event that was given up. Its slices point into the
/// source or the decoder's scratch and are valid until the decoder is called again.
/// </summary>
public readonly ref struct EventStreamElement
{
    private readonly EventStreamContext? _context;
    private readonly ReadOnlySpan<byte> _type;
    private readonly long _number;

    internal EventStreamElement(EventStreamContext context, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type)
    {
        _context = context;
        _type = type;
        Data = data;
        Kind = EventStreamElementKind.Event;
    }

    internal EventStreamElement(EventStreamContext context, EventStreamElementKind kind, long number, ReadOnlySpan<byte> data)
    {
        _context = context;
        _number = number;
        Data = data;
        Kind = kind;
    }

    /// <summary>What it is.</summary>
    public EventStreamElementKind Kind { get; }

    /// <summary>An event's data, its lines joined by line feeds; a comment's text, without the colon and one space after it. UTF-8.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>An event's type, <c>message</c> where the stream gave none. UTF-8.</summary>
    public ReadOnlySpan<byte> Type => Kind == EventStreamElementKind.Event && _type.IsEmpty ? "message"u8 : _type;

    /// <summary>The last event ID as of this element: an event's own, or the one that was set last. UTF-8, may be empty.</summary>
    public ReadOnlySpan<byte> LastEventId => _context is null ? default : _context.LastEventIdBytes;

    /// <summary>The reconnection time in milliseconds, for <see cref="EventStreamElementKind.Retry"/>. A number that does not fit is
    /// <see cref="long.MaxValue"/>.</summary>
    public long RetryMilliseconds => Kind == EventStreamElementKind.Retry ? _number : 0;

    /// <summary>The limit that was broken, for <see cref="EventStreamElementKind.Skipped"/>.</summary>
    public EventStreamProtocolError Error
        => Kind == EventStreamElementKind.Skipped ? (EventStreamProtocolError)_number : EventStreamProtocolError.None;

    /// <summary>Where it starts: the first byte of an event's block, or of the line of a comment or a retry; the offending byte of a
    /// skipped event. Bytes from the start of the stream.</summary>
    public long Offset => _context is null ? 0 : _context.ElementOffset;

    /// <summary>The type as a string; one that came before costs no allocation.</summary>
    public string GetTypeString() => _context is null ? "" : _context.GetTypeString(Type);

    /// <summary>The data as a string.</summary>
    public string GetDataString() => Encoding.UTF8.GetString(Data);

    /// <summary>The event as something that may be kept.</summary>
    /// <exception cref="InvalidOperationException">It is not an event.</exception>
    public ServerSentEvent ToEvent()
        => Kind == EventStreamElementKind.Event
            ? new ServerSentEvent(GetTypeString(), GetDataString(), _context!.LastEventId)
            : throw new InvalidOperationException("Only an event can be kept as one.");
}
