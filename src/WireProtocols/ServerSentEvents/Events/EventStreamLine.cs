using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>The line under way: its start is in scratch, or it was too long and the rest of it is passed over.</summary>
internal sealed class EventStreamLine(EventStreamLimits limits)
{
    private Scratch _bytes;

    /// <summary>Whether the start of a line has come, and its end has not.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Whether the line under way is passed over.</summary>
    public bool IsDiscarded { get; private set; }

    /// <summary>What has come of the line.</summary>
    public ReadOnlySpan<byte> Gathered => _bytes.Gathered;

    /// <summary>How many bytes are kept in scratch.</summary>
    public int Length => _bytes.Length;

    /// <summary>Keeps a piece of the line, and never more of a line than the byte that makes it too long.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        long room = limits.MaxLine + 1L - _bytes.Length;
        _bytes.Gather(piece[..(int)Math.Min(room, piece.Length)]);
        IsUnderWay = true;
    }

    /// <summary>Passes over the rest of the line.</summary>
    public void Discard()
    {
        _bytes.Release();
        (IsUnderWay, IsDiscarded) = (true, true);
    }

    /// <summary>Ends the line and lends it.</summary>
    public ReadOnlySpan<byte> End()
    {
        (IsUnderWay, IsDiscarded) = (false, false);
        return _bytes.Lend(default);
    }

    /// <summary>Takes back what was lent.</summary>
    public void EndLoan() => _bytes.EndLoan();

    /// <summary>Forgets the line.</summary>
    public void Release()
    {
        _bytes.Release();
        (IsUnderWay, IsDiscarded) = (false, false);
    }
}
