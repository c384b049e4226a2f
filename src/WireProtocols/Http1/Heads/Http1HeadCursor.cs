namespace WireProtocols.Http1;

/// <summary>
/// Where the parser of a head stands: the next byte, the line that it belongs to, how long that line may get, and the first rule that was
/// broken. Every index counts from the first byte of the head.
/// </summary>
internal sealed class Http1HeadCursor
{
    private int _lineStart;
    private int _maxLine;
    private Http1ProtocolError _lineError;

    /// <summary>The index of the next byte to look at.</summary>
    public int Next { get; private set; }

    /// <summary>The first rule that was broken.</summary>
    public Http1ProtocolError Error { get; private set; }

    /// <summary>The index of the byte that broke it.</summary>
    public int ErrorIndex { get; private set; }

    /// <summary>A new head begins here.</summary>
    public void Reset()
    {
        (Next, _lineStart) = (0, 0);
        (Error, ErrorIndex) = (Http1ProtocolError.None, 0);
    }

    /// <summary>Sets how many bytes a line has at most, without its CRLF, and what a longer one is called.</summary>
    public void LimitLines(int length, Http1ProtocolError error) => (_maxLine, _lineError) = (length, error);

    /// <summary>Goes on in the same line.</summary>
    /// <returns>False when the line is too long.</returns>
    public bool MoveTo(int index)
    {
        Next = index;
        return index - _lineStart <= _maxLine || Fail(_lineError, _lineStart + _maxLine);
    }

    /// <summary>Takes one byte of a line.</summary>
    /// <returns>False when the line is too long.</returns>
    public bool Take() => MoveTo(Next + 1);

    /// <summary>Takes the CR that ends a line, which its length does not count.</summary>
    public void TakeCarriageReturn() => Next++;

    /// <summary>Takes the LF behind that CR.</summary>
    /// <returns>False when the byte is another one.</returns>
    public bool TryTakeLineFeed(ReadOnlySpan<byte> head)
    {
        if (head[Next] != Http1Grammar.LineFeed)
        {
            return Fail(Http1ProtocolError.BareCarriageReturn, Next);
        }

        BeginLineAt(Next + 1);
        return true;
    }

    /// <summary>A new line begins at <paramref name="index"/>.</summary>
    public void BeginLineAt(int index)
    {
        Next = index;
        _lineStart = index;
    }

    /// <summary>Whether a line from <paramref name="start"/> to its CR at <paramref name="end"/> is no longer than it may get.</summary>
    public bool IsWithinLimit(int start, int end) => end - start <= _maxLine;

    /// <summary>Says which rule was broken.</summary>
    /// <returns>Always false.</returns>
    public bool Fail(Http1ProtocolError error, int index)
    {
        (Error, ErrorIndex) = (error, index);
        return false;
    }
}
