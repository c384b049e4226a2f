using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// The block under way, as far as its lines did not fit into one source: the standard's "data", "event type" and "last event ID" buffers, and what
/// the blank line makes of them (HTML §9.2.6). What is not UTF-8 is repaired as it comes in.
/// </summary>
internal sealed class EventStreamBlock(EventStreamContext context, bool repairs)
{
    private Scratch _data;
    private Scratch _type;
    private Scratch _id;
    private bool _hasData;
    private bool _hasType;
    private bool _hasId;

    /// <summary>Whether the block has set anything that its blank line acts on.</summary>
    public bool IsUnderWay => _hasData | _hasType | _hasId | IsSkipped;

    /// <summary>Whether the blank line makes an event of it.</summary>
    public bool HasData => _hasData;

    /// <summary>Whether the event broke a limit: only the id of the rest of its block counts.</summary>
    public bool IsSkipped { get; private set; }

    /// <summary>How long the data are, with the line feed that joins the next line to them.</summary>
    public int Held => _hasData ? _data.Length + 1 : 0;

    /// <summary>How many bytes are kept in scratch.</summary>
    public int ScratchLength => _data.Length + _type.Length + _id.Length;

    /// <summary>"Append the field value to the data buffer, then append a single U+000A LINE FEED (LF) character to the data buffer"; the last one is
    /// dropped again by the blank line, and therefore not written here.</summary>
    public void AppendData(ReadOnlySpan<byte> value)
    {
        if (_hasData)
        {
            _data.Gather("\n"u8);
        }

        Gather(ref _data, value);
        _hasData = true;
    }

    public void SetType(ReadOnlySpan<byte> value)
    {
        _type.Release();
        Gather(ref _type, value);
        _hasType = true;
    }

    public void SetId(ReadOnlySpan<byte> value)
    {
        _id.Release();
        Gather(ref _id, value);
        _hasId = true;
    }

    /// <summary>Gives the event up: its data and type are dropped.</summary>
    public void Skip()
    {
        _data.Release();
        _type.Release();
        (_hasData, _hasType, IsSkipped) = (false, false, true);
    }

    /// <summary>The blank line: sets the last event ID, and lends the event if there is one.</summary>
    /// <returns>False when there are no data: "set the data buffer and the event type buffer to the empty string and return."</returns>
    public bool TryDispatch(out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type)
    {
        bool hasEvent = _hasData;
        if (_hasId)
        {
            context.SetLastEventId(_id.Gathered);
            _id.Release();
        }

        data = _data.Lend(default);
        type = _type.Lend(default);
        (_hasData, _hasType, _hasId, IsSkipped) = (false, false, false, false);
        if (!hasEvent)
        {
            EndLoan();
        }

        return hasEvent;
    }

    /// <summary>Takes back what was lent.</summary>
    public void EndLoan()
    {
        _data.EndLoan();
        _type.EndLoan();
    }

    /// <summary>Forgets the block.</summary>
    public void Release()
    {
        _data.Release();
        _type.Release();
        _id.Release();
        (_hasData, _hasType, _hasId, IsSkipped) = (false, false, false, false);
    }

    private void Gather(ref Scratch scratch, ReadOnlySpan<byte> value)
    {
        if (repairs)
        {
            Utf8Repair.Gather(ref scratch, value);
        }
        else
        {
            scratch.Gather(value);
        }
    }
}
