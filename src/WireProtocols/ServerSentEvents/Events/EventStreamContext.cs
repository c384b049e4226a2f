using System.Text;

namespace WireProtocols.ServerSentEvents;

/// <summary>What an element asks of the stream that it comes from: the last event ID, the strings of types, and its own offset. The decoder keeps it
/// up to date, and its elements refer to it, so that an element stays small.</summary>
internal sealed class EventStreamContext
{
    private const int SmallestId = 32;

    private readonly EventTypeNames _typeNames = new();
    private byte[] _lastEventId;
    private int _lastEventIdLength;
    private string? _lastEventIdText;

    public EventStreamContext(string lastEventId)
    {
        _lastEventId = Encoding.UTF8.GetBytes(lastEventId);
        _lastEventIdLength = _lastEventId.Length;
        _lastEventIdText = lastEventId;
    }

    /// <summary>Where the last element starts (<see cref="EventStreamElement.Offset"/>).</summary>
    public long ElementOffset { get; set; }

    /// <summary>The last event ID; the string is made when it is asked for.</summary>
    public string LastEventId => _lastEventIdText ??= Encoding.UTF8.GetString(LastEventIdBytes);

    /// <summary>The last event ID in UTF-8, valid until it is set.</summary>
    public ReadOnlySpan<byte> LastEventIdBytes => _lastEventId.AsSpan(0, _lastEventIdLength);

    public void SetLastEventId(ReadOnlySpan<byte> id)
    {
        if (_lastEventId.Length < id.Length)
        {
            _lastEventId = new byte[Math.Max(id.Length, SmallestId)];
        }

        id.CopyTo(_lastEventId);
        _lastEventIdLength = id.Length;
        _lastEventIdText = null;
    }

    /// <summary>A type as a string; one that came before costs no allocation.</summary>
    public string GetTypeString(ReadOnlySpan<byte> type) => _typeNames.Get(type);
}
