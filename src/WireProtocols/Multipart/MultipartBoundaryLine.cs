namespace WireProtocols.Multipart;

/// <summary>What may stand behind a boundary: white space, the line end, or the two hyphens that say that there are no more parts.</summary>
internal struct MultipartBoundaryLine
{
    private Phase _phase;

    private enum Phase : byte
    {
        Boundary,
        SecondHyphen,
        Padding,
        LineFeed,
        Part,
        EndPadding,
        EndLineFeed,
        Epilogue,
    }

    /// <summary>True where nothing behind the boundary has come.</summary>
    public readonly bool IsFresh => _phase == Phase.Boundary;

    /// <summary>True where it may be told either way, but for its line end.</summary>
    public readonly bool IsOpen => _phase is Phase.Boundary or Phase.Padding;

    /// <summary>True where the line is whole, and a part follows.</summary>
    public readonly bool IsPart => _phase == Phase.Part;

    /// <summary>True behind the hyphens of the last boundary.</summary>
    public readonly bool IsLast => _phase >= Phase.EndPadding;

    /// <summary>True where the input may end: behind the hyphens, but not inside of a line end.</summary>
    public readonly bool MayBeEnd => _phase is Phase.EndPadding or Phase.Epilogue;

    /// <summary>True where the last line is whole.</summary>
    public readonly bool IsEpilogue => _phase == Phase.Epilogue;

    /// <summary>A boundary has been there.</summary>
    public void Begin() => _phase = Phase.Boundary;

    /// <summary>Takes the next byte.</summary>
    /// <returns>False where it may not stand there.</returns>
    public bool Take(byte value)
    {
        Phase? next = (_phase, value) switch
        {
            (Phase.Boundary, (byte)'-') => Phase.SecondHyphen,
            (Phase.SecondHyphen, (byte)'-') => Phase.EndPadding,
            (Phase.Boundary or Phase.Padding, (byte)' ' or (byte)'\t') => Phase.Padding,
            (Phase.Boundary or Phase.Padding, (byte)'\r') => Phase.LineFeed,
            (Phase.LineFeed, (byte)'\n') => Phase.Part,
            (Phase.EndPadding, (byte)' ' or (byte)'\t') => Phase.EndPadding,
            (Phase.EndPadding, (byte)'\r') => Phase.EndLineFeed,
            (Phase.EndLineFeed, (byte)'\n') => Phase.Epilogue,
            _ => null,
        };
        _phase = next ?? _phase;
        return next is not null;
    }
}
