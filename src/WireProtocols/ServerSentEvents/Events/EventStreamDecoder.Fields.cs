using System.Buffers;
using System.Text;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <content>The buffers of the standard, "data", "event type" and "last event ID", and what the blank line makes of them.</content>
public sealed partial class EventStreamDecoder
{
    private void AppendData(ReadOnlySpan<byte> value)
    {
        // "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF) character to the data buffer."
        Span<byte> appended = _data.Reserve(value.Length + 1);
        value.CopyTo(appended);
        appended[^1] = (byte)'\n';
        _state |= State.HasData;
    }

    private void SetType(ReadOnlySpan<byte> value)
    {
        _type.Clear();
        _type.Append(value);
        _state |= State.HasType;
    }

    private void SetId(ReadOnlySpan<byte> value)
    {
        _id.Clear();
        _id.Append(value);
        _state |= State.HasId;
    }

    private bool TryDispatchScratch(out EventStreamElement element)
    {
        State state = _state;
        _state = state & ~(State.HasData | State.HasType | State.HasId | State.InSkippedEvent);
        if ((state & State.HasId) != 0)
        {
            CommitId(_id.Written, mayNeedRepair: true);
        }

        if ((state & State.HasData) == 0)
        {
            // "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and return."
            _type.Clear();
            element = default;
            return false;
        }

        ElementOffset = _blockStart;
        _state |= State.Lent;
        element = new EventStreamElement(this, Repair(_data.Written[..^1], ref _repairedData), Repair(_type.Written, ref _repairedType));
        return true;
    }

    private void CommitId(ReadOnlySpan<byte> id, bool mayNeedRepair)
    {
        id = mayNeedRepair ? Repair(id, ref _repairedData) : id;
        if (_lastEventId.Length < id.Length)
        {
            _lastEventId = new byte[Math.Max(id.Length, 32)];
        }

        id.CopyTo(_lastEventId);
        _lastEventIdLength = id.Length;
        _lastEventIdText = null;
        _repairedData.Clear();
    }

    /// <summary>The value as the UTF-8 decode algorithm reads it: each maximal subpart that is no character becomes U+FFFD.</summary>
    private ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> value, ref PooledBuffer repaired)
    {
        if (!_options.ReplaceInvalidUtf8 || Utf8.IsValid(value))
        {
            return value;
        }

        repaired.Clear();
        while (!value.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(value, out _, out int consumed) == OperationStatus.Done;
            repaired.Append(valid ? value[..consumed] : "\uFFFD"u8);
            value = value[consumed..];
        }

        _state |= State.Lent;
        return repaired.Written;
    }
}
