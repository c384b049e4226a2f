using System.Buffers;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Decodes an event stream (HTML §9.2.5, §9.2.6) fed in any split. An event whose data are one line in one source is a slice of that
/// source; everything else is put together in pooled scratch, where no byte is looked at twice. A line end acts at once: a CR is not held
/// back until the byte after it says whether it is a CRLF.
/// </summary>
public sealed partial class EventStreamDecoder : IDisposable
{
    private const State Pending = State.InLine | State.HasData | State.HasType | State.HasId;

    private readonly EventStreamOptions _options;
    private readonly int _shortLine;
    private State _state = State.AtStart;

    // What a block has brought so far, where it did not fit into one source: the line under way, and the values of the fields.
    private PooledBuffer _line;
    private PooledBuffer _data;
    private PooledBuffer _type;
    private PooledBuffer _id;
    private int _byteOrderMark;

    // Data and type with U+FFFD in the place of what is not UTF-8.
    private PooledBuffer _repairedData;
    private PooledBuffer _repairedType;

    private byte[] _lastEventId;
    private int _lastEventIdLength;
    private string? _lastEventIdText;
    private EventTypeNames? _typeNames;

    private long _position;
    private long _blockStart;

    /// <param name="options">The limits; <see cref="EventStreamOptions.Default"/> when null.</param>
    /// <param name="lastEventId">The last event ID that an earlier connection left off with; it stays until the stream sets another.</param>
    /// <exception cref="ArgumentException">The ID holds NUL, LF or CR, which no ID can (HTML §9.2.4).</exception>
    public EventStreamDecoder(EventStreamOptions? options = null, string? lastEventId = null)
    {
        _options = options ?? EventStreamOptions.Default;
        _shortLine = Math.Min(_options.MaxFieldLength, Math.Min(_options.MaxLineLength, _options.MaxEventLength));
        lastEventId ??= "";
        if (lastEventId.AsSpan().ContainsAny('\0', '\n', '\r'))
        {
            throw new ArgumentException("An event ID holds no NUL, LF or CR.", nameof(lastEventId));
        }

        _lastEventId = Encoding.UTF8.GetBytes(lastEventId);
        _lastEventIdLength = _lastEventId.Length;
        _lastEventIdText = lastEventId;
    }

    [Flags]
    private enum State
    {
        /// <summary>At the start of a line, nothing pending.</summary>
        Clean = 0,

        /// <summary>Before the first byte that is not part of a byte order mark.</summary>
        AtStart = 1,

        /// <summary>Behind a CR: an LF here belongs to it.</summary>
        AfterCarriageReturn = 2,

        /// <summary>The start of a line is in scratch.</summary>
        InLine = 4,

        /// <summary>The rest of a line that was too long is passed over.</summary>
        InDiscardedLine = 8,

        /// <summary>The block has data, or a type, or an id in scratch.</summary>
        HasData = 16,
        HasType = 32,
        HasId = 64,

        /// <summary>The event broke a limit; only the id of the rest of its block counts.</summary>
        InSkippedEvent = 128,

        /// <summary>The last element points into scratch, which is free at the next call.</summary>
        Lent = 256,

        /// <summary>A limit was broken; nothing follows.</summary>
        Failed = 512,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public EventStreamProtocolError Error { get; private set; }

    /// <summary>The offending byte, from the start of the stream.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>How many bytes have been consumed.</summary>
    public long Position => _position;

    /// <summary>The last event ID as of the last blank line: "The buffer does not get reset, so the last event ID string of the event source
    /// remains set to this value until the next time it is set by the server" (HTML §9.2.6). The string is made when it is asked for.</summary>
    public string LastEventId => _lastEventIdText ??= Encoding.UTF8.GetString(LastEventIdBytes);

    /// <summary>The last event ID in UTF-8, valid until the decoder is called again.</summary>
    public ReadOnlySpan<byte> LastEventIdBytes => _lastEventId.AsSpan(0, _lastEventIdLength);

    /// <summary>True when an end of the stream here would cut off a line, or a block that has set a field of an event.</summary>
    public bool HasUnfinishedEvent => (_state & (Pending | State.InDiscardedLine | State.InSkippedEvent)) != 0;

    /// <summary>How many bytes are kept in scratch, for tests.</summary>
    internal int ScratchLength => _line.Length + _data.Length + _type.Length + _id.Length + _repairedData.Length + _repairedType.Length;

    /// <summary>Where the last element starts (<see cref="EventStreamElement.Offset"/>).</summary>
    internal long ElementOffset { get; private set; }

    /// <summary>Decodes up to the next element.</summary>
    /// <param name="source">The bytes that follow those consumed so far; may be empty.</param>
    /// <param name="bytesConsumed">How many of them were taken in.</param>
    /// <param name="element">The element, valid until the next call; its slices point into <paramref name="source"/> or into scratch.</param>
    /// <returns><see cref="OperationStatus.Done"/> with an element; <see cref="OperationStatus.NeedMoreData"/> when the whole source was taken
    /// in; <see cref="OperationStatus.InvalidData"/> when a limit was broken (<see cref="Error"/>), which stays.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
        => _state != State.Clean ? Resume(source, out bytesConsumed, out element)
            : TryDecodeSimple(source, out bytesConsumed, out element) ? OperationStatus.Done
            : DecodeLines(source, 0, out bytesConsumed, out element);

    /// <summary>Says that the stream ends here. A block without its blank line is discarded, its id with it.</summary>
    /// <returns><see cref="OperationStatus.Done"/>; or <see cref="OperationStatus.InvalidData"/> when a limit was broken before, or when the
    /// stream ends inside a block and <see cref="EventStreamOptions.RejectUnfinishedEvent"/> is set.</returns>
    public OperationStatus Complete()
    {
        if ((_state & State.Failed) != 0)
        {
            return OperationStatus.InvalidData;
        }

        if (_options.RejectUnfinishedEvent && HasUnfinishedEvent)
        {
            return Fail(EventStreamProtocolError.UnexpectedEnd, _position);
        }

        // "Once the end of the file is reached, any pending data must be discarded."
        ReleaseScratch();
        return OperationStatus.Done;
    }

    /// <summary>Starts over with another stream. The last event ID stays, as it does when a client reconnects.</summary>
    public void Reset()
    {
        ReleaseScratch();
        _state = State.AtStart;
        _byteOrderMark = 0;
        _position = 0;
        _blockStart = 0;
        ElementOffset = 0;
        Error = EventStreamProtocolError.None;
        ErrorOffset = 0;
    }

    /// <summary>Gives pooled scratch back.</summary>
    public void Dispose() => ReleaseScratch();

    internal string GetTypeString(ReadOnlySpan<byte> type) => (_typeNames ??= new EventTypeNames()).Get(type);

    private OperationStatus Fail(EventStreamProtocolError error, long offset)
    {
        Error = error;
        ErrorOffset = offset;
        ReleaseScratch();
        _state = State.Failed;
        return OperationStatus.InvalidData;
    }

    private void ReleaseScratch()
    {
        _line.Release();
        _data.Release();
        _type.Release();
        _id.Release();
        _repairedData.Release();
        _repairedType.Release();
        _state &= ~(State.Lent | Pending);
    }
}
